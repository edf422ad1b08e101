import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { serveUpgrades, type Upgrade } from './upgrade.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Handler = Parameters<typeof serveUpgrades>[1];

async function serve(handler: Handler): Promise<{ port: number; end: () => void }> {
  const server = createServer();
  const end = serveUpgrades(server, handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    end();
    const closed = once(server, 'close');
    server.close();
    await closed;
  });
  return { port: (server.address() as AddressInfo).port, end };
}

function ask(port: number): ReturnType<typeof httpRequest> {
  const headers = { connection: 'Upgrade', upgrade: 'something' };
  const request = httpRequest({ host: '127.0.0.1', port, headers, agent: false });
  request.end();
  return request;
}

test('A request for another protocol may be answered as any other, and the connection ends with the answer', async () => {
  const { port } = await serve((_, response) => {
    response.writeHead(404).end('nothing here');
    return Promise.resolve();
  });
  const [response] = (await once(ask(port), 'response')) as [IncomingMessage];
  expect(response).toMatchObject({ statusCode: 404, headers: { connection: 'close' } });
  const ended = once(response.socket, 'close');
  response.resume();
  await ended;
});

test('A handler that takes the socket says everything itself', async () => {
  const { port } = await serve((_, __, upgrade) => {
    upgrade
      .takeSocket()
      .end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: something\r\n\r\nhello');
    return Promise.resolve();
  });
  const [, socket, head] = (await once(ask(port), 'upgrade')) as [IncomingMessage, Socket, Buffer];
  expect(head.toString()).toBe('hello');
  socket.destroy();
});

test('The response is closed when the client leaves before the socket was taken', async () => {
  const closed = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<Upgrade>();
  const { port } = await serve((_, response, upgrade) => {
    response.once('close', () => closed.resolve());
    asked.resolve(upgrade);
    return Promise.resolve();
  });
  const request = ask(port);
  request.on('error', () => request.destroy());
  await asked.promise;
  request.destroy();
  await expect(closed.promise).resolves.toBeUndefined();
});

test('What was taken is ended by the one call that ends it all', async () => {
  const { port, end } = await serve((_, __, upgrade) => {
    upgrade.takeSocket().write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: something\r\n\r\n');
    return Promise.resolve();
  });
  const [, socket] = (await once(ask(port), 'upgrade')) as [IncomingMessage, Socket];
  socket.on('error', () => socket.destroy());
  const closed = once(socket, 'close');
  end();
  await expect(closed).resolves.toBeDefined();
});
