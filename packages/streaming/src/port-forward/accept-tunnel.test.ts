import type { Duplex } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { UpgradeRefused } from '../errors/upgrade-refused.ts';
import { streamingSettings } from '../options/streaming-options.ts';
import { startStreamingServer } from '../testing/streaming-server.ts';
import type { StreamingServer } from '../testing/streaming-server.ts';
import { dialWebSocket } from '../websocket/dial-web-socket.ts';
import { acceptTunnel } from './accept-tunnel.ts';
import { tunnelProtocol } from './protocols.ts';

let server: StreamingServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function start(onTunnel: (tunnel: Duplex) => void): Promise<StreamingServer> {
  server = await startStreamingServer(async (request, socket, head) => {
    onTunnel(await acceptTunnel(request, socket, head));
  });
  return server;
}

test('The bytes of a tunnel come as they are, both ways, and its end is the end of the WebSocket', async () => {
  const { port } = await start((tunnel) => {
    tunnel.pipe(tunnel);
  });
  const { webSocket, protocol } = await dialWebSocket(
    { url: `ws://127.0.0.1:${port}/` },
    [tunnelProtocol],
    streamingSettings(),
  );
  expect(protocol).toBe(tunnelProtocol);
  const back = Promise.withResolvers<Buffer>();
  const closed = Promise.withResolvers<number>();
  webSocket.on('message', (message: Buffer) => back.resolve(message));
  webSocket.on('close', (code) => closed.resolve(code));
  webSocket.resume();
  webSocket.send(Buffer.from('spdy'));
  expect((await back.promise).toString()).toBe('spdy');
  webSocket.close(1000);
  expect(await closed.promise).toBe(1000);
});

test('What is written in one turn is one message, and nothing of it is sent again', async () => {
  const pieces = ['header', 'x'.repeat(100_000), '', 'end'];
  const { port } = await start((tunnel) => {
    tunnel.cork();
    for (const piece of pieces) tunnel.write(piece);
    tunnel.uncork();
    tunnel.end('more');
    tunnel.resume();
  });
  const { webSocket } = await dialWebSocket({ url: `ws://127.0.0.1:${port}/` }, [tunnelProtocol], streamingSettings());
  const messages: string[] = [];
  const closed = Promise.withResolvers<number>();
  webSocket.on('message', (message: Buffer) => messages.push(message.toString()));
  webSocket.on('close', (code) => closed.resolve(code));
  webSocket.resume();
  expect(await closed.promise).toBe(1000);
  expect(messages).toEqual([pieces.join(''), 'more']);
});

test('A WebSocket for anything else is refused with 403', async () => {
  const { port, failures } = await start(() => undefined);
  const refused = dialWebSocket({ url: `ws://127.0.0.1:${port}/` }, ['v4.channel.k8s.io'], streamingSettings());
  await expect(refused).rejects.toMatchObject({ httpStatus: 403 });
  expect(failures).toEqual([expect.any(UpgradeRefused)]);
});
