import { dialPortForward, type PortForwardClient } from '@vk/streaming';
import { afterEach, describe, expect, test } from 'vitest';
import { type CommandNode, commandNode } from './testing/command-node.ts';
import { type ConnectWorld, type ConnectWorldOptions, startConnectWorld } from './testing/connect-world.ts';

let world: ConnectWorld | undefined;
const clients: PortForwardClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await world?.stop();
  world = undefined;
});

async function start(options: ConnectWorldOptions = {}): Promise<ConnectWorld & { node: CommandNode }> {
  const node = commandNode();
  world = await startConnectWorld({ onUpgrade: node.onUpgrade, ...options });
  return { ...world, node };
}

interface Dial {
  transport: 'spdy' | 'tunnel' | 'websocket';
  pod?: string;
  ports?: readonly number[];
}

async function dial(
  { cluster }: ConnectWorld,
  { transport, pod = 'pod', ports = [] }: Dial,
): Promise<PortForwardClient> {
  const query = ports.length === 0 ? '' : `?${ports.map((port) => `ports=${port}`).join('&')}`;
  const client = await dialPortForward({
    target: {
      url: `${cluster.url}/api/v1/namespaces/default/pods/${pod}/portforward${query}`,
      headers: { authorization: `Bearer ${cluster.token}` },
      tls: { ca: cluster.caCertificate },
    },
    transport,
    ports,
  });
  clients.push(client);
  return client;
}

async function echo(client: PortForwardClient, port: number, bytes: Uint8Array): Promise<Buffer> {
  const { stream } = await client.open(port);
  const chunks: Uint8Array[] = [];
  const read = async (): Promise<void> => {
    for await (const chunk of stream.readable) chunks.push(chunk);
  };
  const writer = stream.writable.getWriter();
  await Promise.all([read(), writer.write(bytes).then(() => writer.close())]);
  return Buffer.concat(chunks);
}

const declaredFeatures = ['ExtendWebSocketsToKubelet'];
const ways = [
  ['a tunnel is opened here and SPDY handed on', 'tunnel', [], 'POST', 'SPDY/3.1'],
  ['a tunnel goes through to a node that declares it', 'tunnel', declaredFeatures, 'GET', 'websocket'],
  ['SPDY goes through', 'spdy', [], 'POST', 'SPDY/3.1'],
] as const;

describe.each(ways)('From the client to the node, %s', (_, transport, features, method, protocol) => {
  test('with many connections at a time, and every byte of each', async () => {
    const opened = await start({ declaredFeatures: features });
    const client = await dial(opened, { transport });
    const sent = Array.from({ length: 20 }, (__, index) => Buffer.alloc(100_000 + index, `connection ${index} `));
    const back = await Promise.all(sent.map((bytes) => echo(client, 80, bytes)));
    expect(back.every((bytes, index) => sent[index]?.equals(bytes))).toBe(true);
    const [seen] = opened.kubelet.seen;
    expect(seen).toMatchObject({
      method,
      url: '/portForward/default/pod',
      clientName: 'kube-apiserver-kubelet-client',
    });
    expect(seen?.headers.upgrade?.toLowerCase()).toBe(protocol.toLowerCase());
    expect(seen?.headers.authorization).toBeUndefined();
  });

  test('with the reason why a port does not answer, and the others go on', async () => {
    const opened = await start({ declaredFeatures: features });
    const client = await dial(opened, { transport });
    const broken = await client.open(81);
    expect(await broken.failure).toBe('error forwarding port 81: nobody listens');
    expect((await echo(client, 80, Buffer.from('still here'))).toString()).toBe('still here');
  });

  test('and a client that leaves is gone for the node too', async () => {
    const opened = await start({ declaredFeatures: features });
    const client = await dial(opened, { transport });
    await echo(client, 80, Buffer.from('x'));
    await client.close();
    await expect(opened.node.forwards[0]?.closed).resolves.toBeUndefined();
  });

  test('and the end of the cluster ends it', async () => {
    const opened = await start({ declaredFeatures: features });
    const client = await dial(opened, { transport });
    await echo(client, 80, Buffer.from('x'));
    await opened.cluster.close();
    await expect(client.closed).resolves.toBeUndefined();
    await expect(opened.node.forwards[0]?.closed).resolves.toBeUndefined();
  });
});

test('A WebSocket with a channel for each port goes through, with its ports as the kubelet takes them', async () => {
  const opened = await start();
  const client = await dial(opened, { transport: 'websocket', ports: [80, 8080] });
  const { stream } = await client.open(8080);
  const writer = stream.writable.getWriter();
  await writer.write(Buffer.from('ping'));
  const { value } = await stream.readable.getReader().read();
  expect(Buffer.from(value ?? []).toString()).toBe('ping');
  expect(opened.kubelet.seen[0]?.url).toBe('/portForward/default/pod?port=80%2C8080');
});

test('A port that is no number, and a pod without a node, are told before the upgrade', async () => {
  const opened = await start();
  opened.addPod('waits', ['app']);
  await expect(dial(opened, { transport: 'websocket', ports: [Number.NaN] })).rejects.toMatchObject({
    httpStatus: 400,
    message: expect.stringContaining('strconv.ParseUint: parsing \\"NaN\\": invalid syntax') as unknown,
  });
  await expect(dial(opened, { transport: 'tunnel', pod: 'waits' })).rejects.toMatchObject({
    httpStatus: 400,
    message: expect.stringContaining('pod waits does not have a host assigned') as unknown,
  });
});

test('A node that refuses a tunnel, or cannot be reached, is told before the upgrade', async () => {
  const opened = await start({
    onUpgrade: (_, socket) => {
      socket.end('HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nno way\r\n0\r\n\r\n');
      return Promise.resolve();
    },
  });
  await expect(dial(opened, { transport: 'tunnel' })).rejects.toMatchObject({
    httpStatus: 403,
    message: 'the server answered 403: no way',
  });
  await opened.kubelet.stop();
  await expect(dial(opened, { transport: 'tunnel' })).rejects.toMatchObject({
    httpStatus: 500,
    message: expect.stringContaining('connect: connection refused') as unknown,
  });
});
