import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { dialRemoteCommand } from '@vk/streaming';
import { afterEach, expect, test } from 'vitest';
import { commandNode } from './testing/command-node.ts';
import { type ConnectWorld, type ConnectWorldOptions, startConnectWorld } from './testing/connect-world.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(options: ConnectWorldOptions = {}): Promise<ConnectWorld> {
  const world = await startConnectWorld(options);
  closing.push(() => world.stop());
  return world;
}

const pods = '/api/v1/namespaces/default/pods/pod';
const exec = 'exec?command=id&stdout=true';
const older =
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: v4.channel.k8s.io';
type Door = readonly [name: string, path: string, protocol: string, headers: string];

/** Every door that another protocol goes through, unread. */
const doors: readonly Door[] = [
  ['exec over SPDY', `${pods}/${exec}`, 'SPDY/3.1', 'X-Stream-Protocol-Version: v4.channel.k8s.io'],
  ['exec over WebSocket', `${pods}/${exec}`, 'websocket', older],
  ['attach', `${pods}/attach?stdout=true`, 'SPDY/3.1', 'X-Stream-Protocol-Version: v4.channel.k8s.io'],
  ['port-forward', `${pods}/portforward`, 'SPDY/3.1', 'X-Stream-Protocol-Version: portforward.k8s.io'],
  ['the proxy of the node', '/api/v1/nodes/node/proxy/exec/default/pod/app?command=id&output=1', 'websocket', older],
];

/** Sends a request of the administrator for another protocol, with something behind it, and gives all that is answered. */
async function ask({ cluster }: ConnectWorld, door: Door, behind = ''): Promise<string> {
  const { hostname, port, host } = new URL(cluster.url);
  const socket: TLSSocket = connectTls({ host: hostname, port: Number(port), ca: cluster.caCertificate });
  closing.unshift(async () => socket.destroy());
  await once(socket, 'secureConnect');
  const [, path, protocol, headers] = door;
  socket.write(
    `${protocol === 'websocket' ? 'GET' : 'POST'} ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${cluster.token}\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n${headers}\r\n\r\n${behind}`,
  );
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

test.each(doors)(
  'CVE-2018-1002105: what a client sends behind an upgrade that the node refused never reaches the node: %s',
  async (...door) => {
    const atNode: { socket: Duplex; heard: string }[] = [];
    const world = await start({
      // It refuses, and listens on.
      onUpgrade: (_, socket, head) => {
        const connection = { socket, heard: head.toString('latin1') };
        atNode.push(connection);
        socket.on('data', (bytes: Buffer) => (connection.heard += bytes.toString('latin1')));
        socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\nForbidden');
        return Promise.resolve();
      },
    });
    const said = await ask(world, door, 'GET /runningpods/ HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(said).toMatch(/^HTTP\/1\.1 403 /);
    expect(said.split('HTTP/1.1')).toHaveLength(2);
    expect(world.kubelet.seen).toHaveLength(1);
    expect(atNode.map(({ heard }) => heard)).toEqual(['']);
    await expect.poll(() => atNode.every(({ socket }) => socket.destroyed)).toBe(true);
  },
);

/** A place that a node would like others to go to. */
async function elsewhere(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('secret');
  });
  server.on('upgrade', (request, socket) => {
    asked.push(request.url ?? '');
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked };
}

test.each(doors)(
  'CVE-2018-1002102, CVE-2020-8559: a redirect in answer to an upgrade is neither followed nor handed on: %s',
  async (...door) => {
    const { url, asked } = await elsewhere();
    const world = await start({
      onUpgrade: (_, socket) => {
        socket.end(`HTTP/1.1 302 Found\r\nLocation: ${url}\r\nContent-Length: 0\r\n\r\n`);
        return Promise.resolve();
      },
    });
    const said = await ask(world, door);
    expect(said).toMatch(/^HTTP\/1\.1 500 /);
    expect(said).not.toContain(url);
    expect(asked).toEqual([]);
  },
);

test('CVE-2018-1002102: no redirect of a node is followed for a command that is spoken on as SPDY, a log or the proxy', async () => {
  const { url, asked } = await elsewhere();
  const head = `HTTP/1.1 302 Found\r\nLocation: ${url}\r\nContent-Length: 0\r\n\r\n`;
  const world = await start({
    onRequest: (_, response) => response.writeHead(302, { Location: url }).end(),
    onUpgrade: (_, socket) => {
      socket.end(head);
      return Promise.resolve();
    },
  });
  const { cluster } = world;
  const client = await dialRemoteCommand({
    target: {
      url: `${cluster.url}${pods}/${exec}`,
      headers: { authorization: `Bearer ${cluster.token}` },
      tls: { ca: cluster.caCertificate },
    },
    transport: 'websocket',
    stdin: false,
    stdout: true,
    stderr: false,
    tty: false,
  });
  closing.unshift(() => client.close());
  expect(await client.outcome).toHaveProperty('failure');
  expect(await world.ask(`${pods}/log`)).toMatchObject({ status: 500 });
  expect(await world.ask('/api/v1/nodes/node/proxy/logs/')).toMatchObject({ status: 302 });
  expect(asked).toEqual([]);
});

test.each(['..', '%2e%2e%2fother', 'pod%2f..%2fother', '..%5cother', '%2fetc'])(
  'KHV047, CVE-2025-0750: a pod that is called %s is none, and its node is asked for nothing',
  async (name) => {
    const world = await start();
    for (const door of ['log', 'exec?command=id&stdout=true', 'portforward']) {
      const { status } = await world.ask(`/api/v1/namespaces/default/pods/${name}/${door}`);
      expect(status, door).toBeGreaterThanOrEqual(400);
    }
    expect(world.kubelet.seen).toEqual([]);
  },
);

test('CVE-2019-11248: there is no profile and there are no flags to be had of the cluster', async () => {
  const { ask: get } = await start();
  for (const path of ['/debug/pprof/', '/debug/pprof/heap', '/debug/flags/v', '/flagz'])
    expect(await get(path), path).toMatchObject({ status: 404 });
});

test('containerd CVE-2025-64329, CVE-2026-53495: fifty clients that leave a stream leave nothing behind at the node', async () => {
  const node = commandNode();
  const world = await start({ onUpgrade: node.onUpgrade });
  const { cluster } = world;
  const dialled = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      dialRemoteCommand({
        target: {
          url: `${cluster.url}${pods}/attach?stdout=true`,
          headers: { authorization: `Bearer ${cluster.token}` },
          tls: { ca: cluster.caCertificate },
        },
        transport: index % 2 === 0 ? 'websocket' : 'spdy',
        stdin: false,
        stdout: true,
        stderr: false,
        tty: false,
      }),
    ),
  );
  await expect.poll(() => node.commands.length).toBe(50);
  await Promise.all(dialled.map((client) => client.close()));
  await expect.poll(() => node.commands.filter(({ signal }) => !signal.aborted)).toEqual([]);
});
