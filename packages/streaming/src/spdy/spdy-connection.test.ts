import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { streamingSettings } from '../options/streaming-options.ts';
import { connectedServer, connectedSpdy } from '../testing/connected-spdy.ts';
import type { ConnectedSpdy } from '../testing/connected-spdy.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { turns, until } from '../testing/until.ts';
import { FrameReader } from './frame-reader.ts';
import type { ControlFrame } from './frame-types.ts';
import { HeaderDeflater } from './header-compression.ts';
import type { SpdyStream } from './spdy-stream.ts';
import { dataFrameHeader, pingFrame, rstStreamFrame, synStreamFrame } from './write-frames.ts';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function connected(...args: Parameters<typeof connectedSpdy>): Promise<ConnectedSpdy> {
  const pair = await connectedSpdy(...args);
  stops.push(() => pair.stop());
  return pair;
}

async function bare(...args: Parameters<typeof connectedServer>): ReturnType<typeof connectedServer> {
  const server = await connectedServer(...args);
  stops.push(() => {
    server.far.destroy();
    server.server.destroy(new Error('the test is over'));
    return server.server.closed;
  });
  return server;
}

const named = (type: string): Map<string, string> => new Map([['streamtype', type]]);

async function open(pair: ConnectedSpdy, type = 'data'): Promise<{ near: SpdyStream; far: SpdyStream }> {
  const near = pair.client.openStream(named(type));
  await near.replied;
  const far = pair.streams.find(({ id }) => id === near.id);
  if (far === undefined) {
    throw new Error('the server was not offered the stream');
  }
  return { near, far };
}

async function readText(stream: SpdyStream): Promise<string> {
  let text = '';
  for (let chunk = await stream.inbound.read(); chunk !== undefined; chunk = await stream.inbound.read()) {
    text += Buffer.from(chunk).toString('latin1');
  }
  return text;
}

/** What the server says to a bare socket. */
function listen(far: { on(event: 'data', listener: (chunk: Buffer) => void): unknown }): ControlFrame[] {
  const frames: ControlFrame[] = [];
  const reader = new FrameReader(streamingSettings().limits, {
    data: () => undefined,
    control: (frame) => frames.push(frame),
  });
  far.on('data', (chunk) => reader.push(chunk));
  return frames;
}

describe('a SPDY connection', () => {
  test('carries bytes both ways, and each way is ended by itself', async () => {
    const { near, far } = await open(await connected());
    await near.write(Buffer.from('question'));
    near.end();
    expect(await readText(far)).toBe('question');
    await far.write(Buffer.from('answer'));
    far.end();
    expect(await readText(near)).toBe('answer');
  });

  test('tells the server the headers of a stream', async () => {
    const { far } = await open(await connected(), 'stderr');
    expect(far.headers.get('streamtype')).toBe('stderr');
  });

  test('gives back whatever was written, on several streams at once', async () => {
    const pair = await connected();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 8 }), { maxLength: 4 }),
        async (texts) => {
          await Promise.all(
            texts.map(async (chunks) => {
              const { near, far } = await open(pair);
              for (const chunk of chunks) {
                await near.write(chunk);
              }
              near.end();
              far.end();
              expect(await readText(far)).toBe(Buffer.concat(chunks).toString('latin1'));
            }),
          );
        },
      ),
      { numRuns: 40 },
    );
    await until(() => pair.server.streamCount === 0 && pair.client.streamCount === 0);
  });

  test('cuts a long write into frames and gives it back whole', async () => {
    const { near, far } = await open(await connected());
    const bytes = Buffer.from(Array.from({ length: 1_000_000 }, (_, index) => index % 251));
    const read = readText(far);
    await near.write(bytes);
    near.end();
    expect(Buffer.from(await read, 'latin1').equals(bytes)).toBe(true);
  });

  test('fails the writes of a stream that the other side has reset, and leaves the others alone', async () => {
    const pair = await connected();
    const first = await open(pair);
    const second = await open(pair);
    first.near.abort(new Error('enough'));
    await until(() => first.far.signal.aborted);
    expect(() => first.far.write(Buffer.from('x'))).toThrow('reset the stream');
    await second.far.write(Buffer.from('still here'));
    second.far.end();
    expect(await readText(second.near)).toBe('still here');
  });

  test('takes a reset by a client for its end, once the server has said everything', async () => {
    const { far, streams } = await bare();
    const deflater = new HeaderDeflater();
    far.write(
      Buffer.concat([
        synStreamFrame(1, deflater.deflate(named('data')), false),
        dataFrameHeader(1, 2, false),
        Buffer.from('hi'),
      ]),
    );
    await until(() => streams.length === 1);
    const [stream] = streams;
    stream?.end();
    far.write(rstStreamFrame(1, 5));
    expect(stream === undefined ? '' : await readText(stream)).toBe('hi');
    expect(stream?.signal.aborted).toBe(false);
  });

  test('refuses streams beyond the bound, and takes new ones when others have ended', async () => {
    const pair = await connected({ limits: { streams: 2 } });
    const { near, far } = await open(pair);
    await open(pair);
    expect(() => pair.client.openStream(named('data'))).toThrow('2 streams are open already');
    near.end();
    far.end();
    await until(() => pair.client.streamCount === 1 && pair.server.streamCount === 1);
    await open(pair);
  });

  test('a server refuses a peer that does not count its streams', async () => {
    const { far, streams } = await bare({ limits: { streams: 2 } });
    const frames = listen(far);
    const deflater = new HeaderDeflater();
    for (const id of [1, 3, 5]) {
      far.write(synStreamFrame(id, deflater.deflate(named('data')), false));
    }
    await until(() => frames.some(({ type }) => type === 'RST_STREAM'));
    expect(frames.at(-1)).toEqual({ type: 'RST_STREAM', streamId: 5, status: 3 });
    expect(streams).toHaveLength(2);
  });

  test("a stream number that goes back, or is the other side's, ends the connection", async () => {
    for (const ids of [[3, 1], [2], [1, 1]]) {
      const { far, server } = await bare();
      const deflater = new HeaderDeflater();
      const frames = listen(far);
      for (const id of ids) {
        far.write(synStreamFrame(id, deflater.deflate(named('data')), false));
      }
      await until(() => server.signal.aborted);
      expect(server.signal.reason).toMatchObject({ code: 'ProtocolError' });
      await until(() => frames.at(-1)?.type === 'GOAWAY');
      expect(frames.at(-1)).toMatchObject({ status: 1 });
    }
  });

  test('answers pings with their number, and not the answers to its own', async () => {
    const { far, server } = await bare();
    const frames = listen(far);
    far.write(Buffer.concat([pingFrame(7), pingFrame(2), pingFrame(9)]));
    await until(() => frames.length === 2);
    expect(frames).toEqual([
      { type: 'PING', id: 7 },
      { type: 'PING', id: 9 },
    ]);
    expect(server.signal.aborted).toBe(false);
  });
});

describe('the end of a SPDY connection', () => {
  test('is told to the signal at once when the peer goes away', async () => {
    const { far, server, streams } = await bare();
    far.write(synStreamFrame(1, new HeaderDeflater().deflate(named('stdin')), false));
    await until(() => streams.length === 1);
    far.destroy();
    await until(() => server.signal.aborted);
    expect(server.signal.reason).toMatchObject({ code: 'PeerGone' });
    expect(streams[0]?.signal.aborted).toBe(true);
    await expect(streams[0]?.inbound.read()).rejects.toMatchObject({ code: 'PeerGone' });
  });

  test('comes after what was written, even when the peer still sends', async () => {
    const pair = await connected();
    const { near, far } = await open(pair);
    const sending = near.write(Buffer.alloc(4_000_000));
    await far.write(Buffer.from('last words'));
    far.end();
    const closed = pair.server.close();
    expect(await readText(near)).toBe('last words');
    await Promise.allSettled([sending]);
    await pair.client.close();
    await closed;
    expect(pair.server.signal.aborted).toBe(false);
  });

  test('leaves a peer that reads slowly all the time to fetch what was said', async () => {
    const clock = new FakeClock();
    const { server, far, streams } = await bare({ clock });
    far.write(synStreamFrame(1, new HeaderDeflater().deflate(named('stdout')), false));
    await until(() => streams.length === 1);
    far.pause();
    void streams[0]?.write(Buffer.alloc(20_000_000));
    const closed = server.close();
    await turns(10);
    clock.advance(60_000);
    let bytes = 0;
    far.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    far.resume();
    far.on('end', () => far.end());
    await closed;
    expect(bytes).toBeGreaterThan(20_000_000);
    expect(server.signal.aborted).toBe(false);
  });

  test('waits for the peer no longer than the linger time', async () => {
    const clock = new FakeClock();
    const { server, far } = await bare({ clock });
    far.pause();
    const closed = server.close();
    await until(() => clock.pending === 2);
    clock.advance(10_000);
    await closed;
    expect(clock.pending).toBe(0);
  });

  test('comes when nothing was sent for the idle time, and not before', async () => {
    const clock = new FakeClock();
    const { server, far } = await bare({ clock, timeouts: { idle: 1000 } });
    const frames = listen(far);
    clock.advance(999);
    far.write(pingFrame(1));
    await until(() => frames.length === 1);
    clock.advance(999);
    expect(server.signal.aborted).toBe(false);
    clock.advance(1);
    expect(server.signal.reason).toMatchObject({ code: 'IdleTimeout' });
    await server.closed;
    expect(clock.pending).toBe(0);
  });

  test('comes at once when the signal of the options is aborted', async () => {
    const abort = new AbortController();
    const { server } = await bare({ signal: abort.signal });
    abort.abort(new Error('shutting down'));
    expect(server.signal.reason).toMatchObject({ message: 'shutting down' });
    await server.closed;
  });
});

describe('backpressure of a SPDY connection', () => {
  test('a reader that stops stops the sender, and what is held stays bounded', async () => {
    const pair = await connected({ limits: { streamBufferBytes: 64 * 1024 } });
    const { near, far } = await open(pair);
    let sent = 0;
    let most = 64_000_000;
    const chunk = Buffer.alloc(32 * 1024);
    const send = async (): Promise<void> => {
      while (sent < most) {
        await near.write(chunk);
        sent += chunk.length;
      }
    };
    const sending = send();
    await until(() => far.inbound.bufferedBytes >= 64 * 1024 && pair.client.bufferedBytes >= 16 * 1024);
    const before = sent;
    expect(pair.server.bufferedBytes).toBeLessThan(64 * 1024 + 2 * 64 * 1024);
    expect(pair.client.bufferedBytes).toBeLessThan(256 * 1024);
    most = sent;
    far.inbound.discard();
    await sending;
    expect(sent).toBeGreaterThanOrEqual(before);
    expect(sent).toBeLessThan(64_000_000);
  });

  test('a stream that nobody reads holds up the others only until it is read or dropped', async () => {
    const pair = await connected({ limits: { streamBufferBytes: 1000 } });
    const full = await open(pair);
    const other = await open(pair);
    await full.near.write(Buffer.alloc(2000));
    await other.near.write(Buffer.from('behind'));
    other.near.end();
    await until(() => full.far.inbound.bufferedBytes > 1000);
    full.far.inbound.discard();
    expect(await readText(other.far)).toBe('behind');
  });

  test('while nothing is read the peer is pinged, so that its absence is noticed', async () => {
    const clock = new FakeClock();
    const { far, server, streams } = await bare({ clock, limits: { streamBufferBytes: 1000 } });
    const frames = listen(far);
    far.write(
      Buffer.concat([
        synStreamFrame(1, new HeaderDeflater().deflate(named('stdin')), false),
        dataFrameHeader(1, 2000, false),
        Buffer.alloc(2000),
      ]),
    );
    await until(() => (streams[0]?.inbound.bufferedBytes ?? 0) > 1000);
    clock.advance(5000);
    await until(() => frames.some(({ type }) => type === 'PING'));
    far.resetAndDestroy();
    const pings = async (): Promise<void> => {
      while (!server.signal.aborted) {
        clock.advance(5000);
        await turns(2);
      }
    };
    await pings();
    expect(server.signal.reason).toMatchObject({ code: 'PeerGone' });
  });

  test('CVE-2019-9512: a peer that sends pings and does not fetch the answers is not read from', async () => {
    const { far, server } = await bare();
    far.pause();
    const flood = Buffer.concat(Array.from({ length: 5000 }, () => pingFrame(1)));
    let taken = 0;
    const send = (): void => {
      far.write(flood, () => {
        taken += 1;
      });
    };
    for (let count = 0; count < 400; count += 1) {
      send();
    }
    await until(() => server.bufferedBytes > 64 * 1024);
    expect(server.bufferedBytes).toBeLessThan(512 * 1024);
    expect(taken).toBeLessThan(400);
    far.resume();
    await until(() => taken === 400 && server.bufferedBytes === 0);
    expect(server.signal.aborted).toBe(false);
  });

  test('whatever a peer sends ends in a protocol error at worst, and never holds more than the bounds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 2000 }), { minLength: 1, maxLength: 10 }),
        async (chunks) => {
          const { far, server } = await connectedServer({
            limits: { streamBufferBytes: 1000, controlFrameBytes: 4096 },
          });
          const start = synStreamFrame(1, new HeaderDeflater().deflate(named('stdin')), false);
          far.on('data', () => undefined);
          far.on('error', () => undefined);
          far.write(Buffer.concat([start, ...chunks]));
          far.end();
          await until(() => server.signal.aborted || server.bufferedBytes > 1000);
          expect(server.bufferedBytes).toBeLessThan(64 * 1024);
          server.destroy(new Error('the test is over'));
          far.destroy();
          await server.closed;
        },
      ),
      { numRuns: 100 },
    );
  });
});
