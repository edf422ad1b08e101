import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { defaultLimits } from '../options/streaming-options.ts';
import { FrameReader } from '../spdy/frame-reader.ts';
import type { ControlFrame } from '../spdy/frame-types.ts';
import { HeaderInflater } from '../spdy/header-compression.ts';
import { afterHead, readRecording, saidByClient } from '../testing/recordings.ts';
import { runCommand } from '../testing/run-command.ts';
import { startStreamingServer } from '../testing/streaming-server.ts';
import { acceptRemoteCommand } from './accept-remote-command.ts';
import { readRemoteCommandQuery } from './remote-command-query.ts';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

interface Answer {
  readonly head: string;
  readonly bytes: Buffer;
  readonly protocol: string;
}

/** Says to a server what the client said, and gives back the answer until the server has said everything. */
async function replay(name: string): Promise<Answer> {
  let protocol = 'none';
  const server = await startStreamingServer(async (request, socket, head) => {
    const { command, ...streams } = readRemoteCommandQuery(new URL(request.url ?? '', 'http://node').searchParams);
    const session = await acceptRemoteCommand(request, socket, head, streams);
    protocol = session.protocol;
    await session.finish(await runCommand(command, session));
  });
  stops.push(() => server.stop());
  const socket = connect(server.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.write(saidByClient(readRecording(name)));
  await new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', resolve);
    // A WebSocket server waits for the client to close once both have said that they will.
    socket.on('data', () =>
      Buffer.concat(chunks).subarray(-4).equals(Buffer.from('880203e8', 'hex')) ? resolve(undefined) : undefined,
    );
  });
  socket.destroy();
  expect(server.failures).toEqual([]);
  const bytes = Buffer.concat(chunks);
  const end = bytes.indexOf('\r\n\r\n') + 4;
  return { head: bytes.toString('latin1', 0, end), bytes: bytes.subarray(end), protocol };
}

/** What SPDY bytes say: control frames with their headers read, and the DATA of each stream as text. */
function conversation(bytes: Buffer): { frames: (ControlFrame & { headers?: unknown })[]; text: Map<number, string> } {
  const frames: (ControlFrame & { headers?: unknown })[] = [];
  const text = new Map<number, string>();
  const inflater = new HeaderInflater(defaultLimits);
  const reader = new FrameReader(defaultLimits, {
    data: (streamId, chunk) => text.set(streamId, (text.get(streamId) ?? '') + chunk.toString('latin1')),
    control: (frame) =>
      frames.push(
        'headerBlock' in frame ? { ...frame, headers: Object.fromEntries(inflater.inflate(frame.headerBlock)) } : frame,
      ),
  });
  reader.push(bytes);
  return { frames, text };
}

/** The bytes of each channel, from the short unmasked messages of a WebSocket. */
function channels(bytes: Buffer): Map<number, string> {
  const text = new Map<number, string>();
  for (let at = 0; at < bytes.length && bytes[at] !== 0x88;) {
    const short = bytes.readUInt8(at + 1);
    const length = short === 126 ? bytes.readUInt16BE(at + 2) : short;
    const start = at + (short === 126 ? 4 : 2);
    const channel = bytes.readUInt8(start);
    text.set(channel, (text.get(channel) ?? '') + bytes.toString('latin1', start + 1, start + length));
    at = start + length;
  }
  return text;
}

describe('what client-go says over SPDY', () => {
  test.each([
    ['spdy-v5', 'v5.channel.k8s.io'],
    ['spdy-v4', 'v4.channel.k8s.io'],
    ['spdy-v3', 'v3.channel.k8s.io'],
    ['spdy-v2', 'v2.channel.k8s.io'],
  ])('is served: cat, recorded as %s', async (name, protocol) => {
    const answer = await replay(name);
    expect(answer.protocol).toBe(protocol);
    expect(answer.head).toContain(`X-Stream-Protocol-Version: ${protocol}\r\n`);
    const { frames, text } = conversation(answer.bytes);
    expect(frames.filter(({ type }) => type === 'SYN_REPLY')).toHaveLength(4);
    expect(frames.at(-1)).toMatchObject({ type: 'GOAWAY', status: 0 });
    expect([...text.values()].join('|')).toContain('hello from client-go\n');
    expect([...text.values()].join('|')).toContain(/^v[45]/.test(protocol) ? '{"metadata":{},"status":"Success"}' : '');
  });

  test('is served by the oldest protocol too: echo, recorded as spdy-v1', async () => {
    const answer = await replay('spdy-v1');
    expect(answer.protocol).toBe('channel.k8s.io');
    expect([...conversation(answer.bytes).text.values()].join('|')).toContain('hello\n');
  });

  test('is served with a terminal: each change of its size once, recorded as spdy-v4-tty', async () => {
    const answer = await replay('spdy-v4-tty');
    expect([...conversation(answer.bytes).text.values()].join('|')).toContain('80x24\n100x30\n120x40\n');
  });

  test('is read, with the headers that it compresses over the whole connection', () => {
    const { frames, text } = conversation(afterHead(readRecording('spdy-v4'), 'client'));
    const opened = frames.filter(({ type }) => type === 'SYN_STREAM');
    expect(opened.map(({ headers }) => headers)).toEqual(
      ['error', 'stdin', 'stdout', 'stderr'].map((streamtype) => ({ streamtype })),
    );
    expect(text.get(3)).toBe('hello from client-go\n');
  });
});

describe('what the kubelet answers over SPDY', () => {
  test.each(['spdy-v4', 'spdy-v3', 'spdy-v2', 'spdy-v1', 'port-forward-spdy'])('is read: recorded as %s', (name) => {
    const { frames } = conversation(afterHead(readRecording(name), 'server'));
    expect(frames.filter(({ type }) => type === 'SYN_REPLY').length).toBeGreaterThanOrEqual(2);
  });

  test('ends with a Status on the error stream, which is reset afterwards', () => {
    const { frames, text } = conversation(afterHead(readRecording('spdy-v4'), 'server'));
    expect(text.get(1)).toBe('{"status":"Success"}');
    expect(frames).toContainEqual({ type: 'RST_STREAM', streamId: 1, status: 5 });
  });
});

describe('what WebSocket clients say', () => {
  test('is served: cat with the end of its input, recorded as websocket-v5', async () => {
    const answer = await replay('websocket-v5');
    expect(answer.head).toContain('Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n');
    const said = channels(answer.bytes);
    expect(said.get(1)).toBe('hello from client-go\n');
    expect(said.get(3)).toBe('{"metadata":{},"status":"Success"}');
  });

  test('is served with a terminal: each change of its size once, recorded as websocket-v5-tty', async () => {
    expect(channels((await replay('websocket-v5-tty')).bytes).get(1)).toBe('80x24\n100x30\n120x40\n');
  });

  test.each([
    ['websocket-v4', 'v4.channel.k8s.io'],
    ['websocket-v1', 'channel.k8s.io'],
    ['websocket-unnamed', ''],
  ])('is served: exit 3, recorded as %s', async (name, protocol) => {
    const answer = await replay(name);
    expect(answer.protocol).toBe(protocol);
    const said = channels(answer.bytes);
    expect(said.get(2)).toBe('bye\n');
    expect(said.get(3)).toContain(
      protocol.startsWith('v4') ? '"causes":[{"reason":"ExitCode","message":"3"}]' : 'exit code: 3',
    );
  });

  test.each(['websocket-v4-base64', 'websocket-base64'])(
    'is served in base64: exit 3, recorded as %s',
    async (name) => {
      const said = channels((await replay(name)).bytes);
      expect(said.get(0x31)).toBe('');
      expect(Buffer.from(said.get(0x32) ?? '', 'base64').toString()).toBe('bye\n');
      expect(Buffer.from(said.get(0x33) ?? '', 'base64').toString()).toContain('exit code: 3');
    },
  );

  test('a message without bytes comes first, on the lowest channel that is written to', async () => {
    const { bytes } = await replay('websocket-v4');
    expect(bytes.subarray(0, 3).toString('hex')).toBe('820101');
  });
});
