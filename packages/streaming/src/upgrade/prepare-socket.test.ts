import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { acceptPortForward } from '../port-forward/accept-port-forward.ts';
import { acceptTunnel } from '../port-forward/accept-tunnel.ts';
import { acceptRemoteCommand } from '../remote-command/accept-remote-command.ts';

const nothing = Buffer.alloc(0);

/** A request whose client has gone, which its server has been told of already. */
async function abandoned(headers: Record<string, string>): Promise<{ request: IncomingMessage; socket: Socket }> {
  const socket = new Socket();
  const request = new IncomingMessage(socket);
  request.method = 'GET';
  request.headers = { connection: 'Upgrade', ...headers };
  request.headersDistinct = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, [String(value)]]),
  );
  const closed = once(socket, 'close');
  socket.destroy();
  await closed;
  return { request, socket };
}

const webSocket = {
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

describe('an upgrade whose client has gone before it is taken', () => {
  test.each([
    ['SPDY', { upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'v4.channel.k8s.io' }],
    ['WebSocket', { ...webSocket, 'sec-websocket-protocol': 'v4.channel.k8s.io' }],
  ])('is no command, over %s', async (_name, headers) => {
    const { request, socket } = await abandoned(headers);
    const streams = { stdin: false, stdout: true, stderr: false, tty: false };
    await expect(acceptRemoteCommand(request, socket, nothing, streams)).rejects.toMatchObject({ code: 'PeerGone' });
  });

  test.each([
    ['SPDY', { upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'portforward.k8s.io' }],
    ['a tunnel', { ...webSocket, 'sec-websocket-protocol': 'SPDY/3.1+portforward.k8s.io' }],
  ])('is no port-forward, over %s', async (_name, headers) => {
    const { request, socket } = await abandoned(headers);
    const forward = (): Promise<void> => Promise.resolve();
    await expect(acceptPortForward(request, socket, nothing, { ports: [], forward })).rejects.toMatchObject({
      code: 'PeerGone',
    });
  });

  test('is no tunnel', async () => {
    const { request, socket } = await abandoned({
      ...webSocket,
      'sec-websocket-protocol': 'SPDY/3.1+portforward.k8s.io',
    });
    await expect(acceptTunnel(request, socket, nothing)).rejects.toMatchObject({ code: 'PeerGone' });
  });
});
