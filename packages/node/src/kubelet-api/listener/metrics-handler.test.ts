import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { silentLogger } from '../../provider/logger.ts';
import type { AccessDecision, RequestAttributes } from '../request-access.ts';
import { readText } from '../testing/start-api.ts';
import { createMetricsHandler } from './metrics-handler.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface World {
  readonly questions: RequestAttributes[];
  readonly upgraded: Promise<Duplex>;
  readonly dial: () => Promise<Socket>;
  readonly say: (request: string) => Promise<string>;
}

async function start(decision: AccessDecision): Promise<World> {
  const questions: RequestAttributes[] = [];
  const handler = createMetricsHandler({
    access: {
      decide: async (_request, attributes) => {
        questions.push(attributes);
        return decision;
      },
    },
    nodeName: 'node-1',
    text: () => 'up 1\n',
    log: silentLogger,
  });
  const server = createServer(handler.handleRequest);
  server.on('upgrade', handler.handleUpgrade);
  const upgraded = once(server, 'upgrade').then(([, socket]) => socket as Duplex);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets: Socket[] = [];
  stops.push(async () => {
    for (const socket of sockets) socket.destroy();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  const dial = async (): Promise<Socket> => {
    const { port } = server.address() as AddressInfo;
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  const say = async (request: string): Promise<string> => {
    const socket = await dial();
    socket.write(request);
    return readText(socket);
  };
  return { questions, upgraded, dial, say };
}

const allowed: AccessDecision = { allowed: true, user: { username: 'prometheus', groups: [] } };
const upgrade = 'GET /metrics HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

test('the metrics are for those who may get them, and for GET alone', async () => {
  const { say, questions } = await start(allowed);
  expect(await say('GET /metrics HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n')).toMatch(/200 OK[^]*up 1\n$/);
  expect(await say('POST /metrics HTTP/1.1\r\nHost: node\r\nContent-Length: 0\r\n\r\n')).toMatch(/405 [^]*Allow: GET/);
  expect(await say('GET /pods HTTP/1.1\r\nHost: node\r\n\r\n')).toMatch(/404 /);
  expect(questions[0]).toEqual({ nodeName: 'node-1', verb: 'get', subresources: ['metrics'] });
  const denied = await start({ allowed: false, status: 401, message: 'Unauthorized' });
  expect(await denied.say('GET /other HTTP/1.1\r\nHost: node\r\n\r\n')).toMatch(/401 [^]*Unauthorized\n$/);
});

test('a request for another protocol is refused, and its connection ends', async () => {
  const { say } = await start(allowed);
  expect(await say(upgrade)).toMatch(/^HTTP\/1\.1 404 /);
});

test('a connection that breaks while its upgrade is refused is no failure of the process', async () => {
  const { dial, upgraded } = await start(allowed);
  const socket = await dial();
  socket.write(upgrade);
  const taken = await upgraded;
  const closed = new Promise((resolve) => taken.once('close', resolve));
  expect(taken.listenerCount('error')).toBeGreaterThan(0);
  taken.destroy(new Error('the connection was reset'));
  await closed;
});
