import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { connect, Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { acceptRemoteCommand } from '../remote-command/accept-remote-command.ts';
import { startStreamingServer } from '../testing/streaming-server.ts';
import { readProtocolToken, webSocketProtocols } from './protocol-token.ts';

const prefix = 'base64url.bearer.authorization.k8s.io.';
const secret = `${prefix}${Buffer.from('s3cr€t').toString('base64url')}`;

function asking(protocols: readonly string[], upgrade = 'websocket'): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.headersDistinct = { connection: ['Upgrade'], upgrade: [upgrade], 'sec-websocket-protocol': [...protocols] };
  return request;
}

describe('a bearer token among WebSocket protocols', () => {
  test('is read wherever it stands, and is none of the protocols that are spoken', () => {
    for (const protocols of [[`v4.channel.k8s.io, ${secret}`], [secret, 'v4.channel.k8s.io']]) {
      const request = asking(protocols);
      expect(readProtocolToken(request)).toEqual({ token: 's3cr€t' });
      expect(webSocketProtocols(request)).toEqual(['v4.channel.k8s.io']);
    }
  });

  test('is not looked for where no WebSocket is asked for, or no token came', () => {
    expect(readProtocolToken(asking([secret, 'v4.channel.k8s.io'], 'SPDY/3.1'))).toBeUndefined();
    expect(readProtocolToken(asking(['v4.channel.k8s.io']))).toBeUndefined();
    expect(readProtocolToken(asking([prefix, 'v4.channel.k8s.io']))).toBeUndefined();
    expect(readProtocolToken(asking([]))).toBeUndefined();
  });

  test.each([
    ['twice', [secret, secret, 'v4.channel.k8s.io']],
    ['alone', [secret]],
    ['in plain base64', [`${prefix}a+b/`, 'v4.channel.k8s.io']],
    ['with padding', [`${prefix}YQ==`, 'v4.channel.k8s.io']],
    ['cut short', [`${prefix}YWJjZ`, 'v4.channel.k8s.io']],
    ['that is no text', [`${prefix}_w`, 'v4.channel.k8s.io']],
  ])('that comes %s is none, and what is said about it does not show it', (_how, protocols) => {
    const read = readProtocolToken(asking(protocols));
    expect(read).toHaveProperty('problem');
    expect(JSON.stringify(read)).not.toContain(secret.slice(prefix.length));
  });
});

describe('a server that gets a bearer token as a WebSocket protocol', () => {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
  });

  async function answerTo(protocols: string): Promise<{ readonly head: string; readonly failures: unknown[] }> {
    const server = await startStreamingServer(async (request, socket, head) => {
      const streams = { stdin: false, stdout: true, stderr: false, tty: false };
      await acceptRemoteCommand(request, socket, head, streams);
    });
    const socket = connect(server.port, '127.0.0.1');
    stops.push(async () => {
      socket.destroy();
      await server.stop();
    });
    socket.write(
      `GET /exec HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${protocols}\r\n\r\n`,
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return { head: answer.toString('latin1'), failures: server.failures };
  }

  test('agrees on another one', async () => {
    const { head } = await answerTo(`${secret}, v4.channel.k8s.io`);
    expect(head).toMatch(/^HTTP\/1\.1 101 /);
    expect(head).toContain('Sec-WebSocket-Protocol: v4.channel.k8s.io');
    expect(head).not.toContain(secret);
  });

  test.each([[secret], [`${secret}, v9.channel.k8s.io`]])(
    'shows it to nobody when there is none',
    async (protocols) => {
      const { head, failures } = await answerTo(protocols);
      expect(head).toMatch(/^HTTP\/1\.1 403 /);
      expect(head).not.toContain(prefix);
      expect(String(failures[0])).not.toContain(prefix);
    },
  );
});
