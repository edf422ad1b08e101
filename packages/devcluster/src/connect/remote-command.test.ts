import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { dialRemoteCommand, type RemoteCommandClient, type StreamingError, UpgradeRefused } from '@vk/streaming';
import { afterEach, describe, expect, test } from 'vitest';
import { type CommandNode, commandNode } from './testing/command-node.ts';
import { type ConnectWorld, type ConnectWorldOptions, startConnectWorld } from './testing/connect-world.ts';

let world: ConnectWorld | undefined;
const clients: RemoteCommandClient[] = [];
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
  transport?: 'spdy' | 'websocket';
  protocols?: readonly 'v4.channel.k8s.io'[];
  query?: string;
  pod?: string;
  door?: 'exec' | 'attach';
  tty?: boolean;
}

/** As kubectl does. */
async function dial(
  { cluster }: ConnectWorld,
  command: readonly string[],
  options: Dial = {},
): Promise<RemoteCommandClient> {
  const { transport = 'websocket', query = '', pod = 'pod', door = 'exec', tty = false, protocols } = options;
  const words = command.map((word) => `&command=${encodeURIComponent(word)}`).join('');
  const streams = `stdin=true&stdout=true${tty ? '&tty=true' : '&stderr=true'}`;
  const client = await dialRemoteCommand({
    target: {
      url: `${cluster.url}/api/v1/namespaces/default/pods/${pod}/${door}?${streams}${words}${query}`,
      headers: { authorization: `Bearer ${cluster.token}` },
      tls: { ca: cluster.caCertificate },
    },
    transport,
    ...(protocols !== undefined && { protocols }),
    stdin: true,
    stdout: true,
    stderr: !tty,
    tty,
  });
  clients.push(client);
  return client;
}

async function text(stream: ReadableStream<Uint8Array> | undefined): Promise<string> {
  const chunks: Uint8Array[] = [];
  if (stream !== undefined) for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function type(client: RemoteCommandClient, bytes: Uint8Array): Promise<void> {
  const writer = client.stdin?.getWriter();
  await writer?.write(bytes);
  await writer?.close();
}

const declaredFeatures = ['ExtendWebSocketsToKubelet'];
const ways = [
  ['a WebSocket is spoken on as SPDY', { transport: 'websocket' }, [], 'POST', 'SPDY/3.1'],
  [
    'a WebSocket goes through to a node that declares it',
    { transport: 'websocket' },
    declaredFeatures,
    'GET',
    'websocket',
  ],
  ['SPDY goes through', { transport: 'spdy' }, [], 'POST', 'SPDY/3.1'],
  ['SPDY goes through to a node that declares WebSockets', { transport: 'spdy' }, declaredFeatures, 'POST', 'SPDY/3.1'],
  [
    'an older WebSocket goes through',
    { transport: 'websocket', protocols: ['v4.channel.k8s.io'] },
    [],
    'GET',
    'websocket',
  ],
] as const;

describe.each(ways)('From the client to the node, %s', (_, options, features, method, protocol) => {
  test('with what it asked for, as whom the API server goes, and without its token', async () => {
    const opened = await start({ declaredFeatures: features });
    const client = await dial(opened, ['exit', '3'], options);
    expect(await Promise.all([text(client.stdout), text(client.stderr), client.outcome])).toEqual([
      'out',
      'err',
      { exitCode: 3 },
    ]);
    const [seen] = opened.kubelet.seen;
    expect(seen).toMatchObject({ method, clientName: 'kube-apiserver-kubelet-client' });
    expect(seen?.url).toBe('/exec/default/pod/app?command=exit&command=3&error=1&input=1&output=1');
    expect(seen?.headers.upgrade?.toLowerCase()).toBe(protocol.toLowerCase());
    expect(seen?.headers.authorization).toBeUndefined();
    expect(opened.kubelet.failures).toEqual([]);
  });

  test('with the sizes of a terminal', async () => {
    const opened = await start({ declaredFeatures: features });
    const client = await dial(opened, ['sizes', '2'], { ...options, tty: true });
    client.resize({ width: 80, height: 24 });
    client.resize({ width: 120, height: 40 });
    expect(await text(client.stdout)).toBe('80x24 120x40 ');
    expect(opened.kubelet.seen[0]?.url).toContain('&input=1&output=1&tty=1');
  });

  test('and one that leaves is gone for the node too', async () => {
    const opened = await start({ declaredFeatures: features });
    const client = await dial(opened, ['wait'], options);
    const session = await opened.node.waiting;
    const gone = new Promise<void>((resolve) => session.signal.addEventListener('abort', () => resolve()));
    await client.close();
    await expect(gone).resolves.toBeUndefined();
  });

  test('and the end of the cluster ends it', async () => {
    const opened = await start({ declaredFeatures: features });
    const client = await dial(opened, ['wait'], options);
    const session = await opened.node.waiting;
    const gone = new Promise<void>((resolve) => session.signal.addEventListener('abort', () => resolve()));
    await opened.cluster.close();
    await gone;
    await expect(client.outcome).rejects.toMatchObject({ name: 'StreamingError' });
  });
});

// The older WebSocket has no way to say that nothing more is typed.
test.each(ways.slice(0, 4))('Every byte goes both ways where %s', async (_, options, features) => {
  const opened = await start({ declaredFeatures: features });
  const client = await dial(opened, ['cat'], options);
  const bytes = Buffer.alloc(3_000_000, 'the quick brown fox');
  const [back] = await Promise.all([text(client.stdout), type(client, bytes)]);
  expect(back === bytes.toString()).toBe(true);
  expect(await client.outcome).toEqual({ exitCode: 0 });
});

test('Where the feature is switched off, a node that declares it is spoken to by SPDY all the same', async () => {
  const opened = await start({ declaredFeatures, cluster: { extendWebSocketsToKubelet: false } });
  const client = await dial(opened, ['exit', '0']);
  expect(await client.outcome).toEqual({ exitCode: 0 });
  expect(opened.kubelet.seen).toMatchObject([{ method: 'POST', headers: { upgrade: 'SPDY/3.1' } }]);
});

test('Attach has no command, and goes to the door of that name', async () => {
  const opened = await start();
  const client = await dial(opened, [], { door: 'attach', transport: 'spdy' });
  await opened.node.waiting;
  expect(opened.kubelet.seen[0]?.url).toBe('/attach/default/pod/app?error=1&input=1&output=1');
  await client.close();
});

test('A node that dies under a translated command is an internal error in its outcome', async () => {
  const opened = await start();
  const client = await dial(opened, ['die']);
  expect(await client.outcome).toMatchObject({
    failure: expect.stringMatching(/^Internal error occurred: /) as unknown,
    httpStatus: 500,
  });
});

test.each([
  ['&container=c', 'container c is not valid for pod pod'],
  ['&dryRun=All', 'dryRun is not supported'],
])('What is wrong with %s is answered before the upgrade', async (query, message) => {
  const opened = await start();
  const refused = await dial(opened, ['cat'], { query }).catch((error: unknown) => error as UpgradeRefused);
  expect(refused).toBeInstanceOf(UpgradeRefused);
  expect(refused).toMatchObject({ httpStatus: 400, message: expect.stringContaining(message) as unknown });
  expect(opened.kubelet.seen).toEqual([]);
});

test('A pod without a node cannot be gone into', async () => {
  const opened = await start();
  opened.addPod('waits', ['app']);
  await expect(dial(opened, ['cat'], { pod: 'waits' })).rejects.toMatchObject({
    httpStatus: 400,
    message: expect.stringContaining('pod waits does not have a host assigned') as unknown,
  });
});

test('A request that is no upgrade is told to be one', async () => {
  const { ask } = await start();
  for (const door of ['exec', 'attach', 'portforward']) {
    for (const method of ['GET', 'POST']) {
      const answer = await ask(`/api/v1/namespaces/default/pods/pod/${door}?stdout=1`, { method });
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.text)).toMatchObject({ reason: 'BadRequest', message: 'Upgrade request required' });
    }
  }
});

test('Nobody gets in without a token, and the answer ends the connection', async () => {
  const opened = await start();
  const dialled = dialRemoteCommand({
    target: {
      url: `${opened.cluster.url}/api/v1/namespaces/default/pods/pod/exec?command=cat&stdout=true`,
      tls: { ca: opened.cluster.caCertificate },
    },
    transport: 'websocket',
    stdin: false,
    stdout: true,
    stderr: false,
    tty: false,
  });
  await expect(dialled).rejects.toMatchObject({ httpStatus: expect.toBeOneOf([401, 403]) as unknown });
  expect(opened.kubelet.seen).toEqual([]);
});

describe('A node that refuses', () => {
  const onUpgrade: ConnectWorldOptions['onUpgrade'] = (_, socket) => {
    const body = 'container not found ("app")';
    socket.end(
      `HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
    return Promise.resolve();
  };

  test('says so to a client of SPDY in its own words', async () => {
    const opened = await start({ onUpgrade });
    await expect(dial(opened, ['cat'], { transport: 'spdy' })).rejects.toMatchObject({
      httpStatus: 404,
      message: 'the server answered 404: container not found ("app")',
    });
  });

  test('says so in the outcome where the WebSocket ends here', async () => {
    const opened = await start({ onUpgrade });
    const client = await dial(opened, ['cat']);
    expect(await client.outcome).toMatchObject({
      failure: 'Internal error occurred: unable to upgrade connection: container not found ("app")',
    });
  });
});

describe('A node that cannot be reached', () => {
  test('is 500 to a client of SPDY', async () => {
    const opened = await start();
    await opened.kubelet.stop();
    const refused = dial(opened, ['cat'], { transport: 'spdy' });
    await expect(refused).rejects.toMatchObject({
      httpStatus: 500,
      message: expect.stringContaining(
        `error dialing backend: dial tcp 127.0.0.1:${opened.kubelet.port}: connect: connection refused`,
      ) as unknown,
    });
  });

  test('is in the outcome where the WebSocket ends here', async () => {
    const opened = await start();
    await opened.kubelet.stop();
    const client = await dial(opened, ['cat']);
    const place = `127.0.0.1:${opened.kubelet.port}`;
    expect(await client.outcome).toMatchObject({
      failure: `Internal error occurred: error sending request: Post "https://${place}/exec/default/pod/app?command=cat&error=1&input=1&output=1": dial tcp ${place}: connect: connection refused`,
    });
  });

  test('and one that answers an upgrade with a success is no upgrade', async () => {
    const opened = await start({
      onUpgrade: (_, socket) => {
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
        return Promise.resolve();
      },
    });
    const failure: Partial<StreamingError> = await dial(opened, ['cat'], { transport: 'spdy' }).then(
      () => ({}),
      (error: StreamingError) => error,
    );
    expect(failure).toMatchObject({
      httpStatus: 500,
      message: expect.stringContaining('invalid upgrade response: status code 200') as unknown,
    });
  });
});

describe('A token that comes as a WebSocket protocol, as from a browser,', () => {
  const ask = async (opened: ConnectWorld, token: string): Promise<number> => {
    const encoded = `base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}`;
    const url = new URL('/api/v1/namespaces/default/pods/pod/exec?stdout=true&command=true', opened.cluster.url);
    const request = httpsRequest(url, {
      ca: opened.cluster.caCertificate,
      agent: false,
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'Sec-WebSocket-Protocol': `${encoded}, v4.channel.k8s.io`,
      },
    });
    request.end();
    return new Promise((resolve, reject) => {
      request.on('error', reject);
      request.on('response', (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      request.on('upgrade', (answer, socket) => {
        socket.destroy();
        resolve(answer.statusCode ?? 0);
      });
    });
  };

  test('says who asks, and is not handed on to the node', async () => {
    const opened = await start();
    expect(await ask(opened, opened.cluster.token)).toBe(101);
    expect(opened.kubelet.seen[0]?.headers['sec-websocket-protocol']).toBe('v4.channel.k8s.io');
  });

  test('that is not good is 401', async () => {
    const opened = await start();
    expect(await ask(opened, 'not-a-token')).toBe(401);
    expect(opened.kubelet.seen).toEqual([]);
  });
});

test('A client that leaves while the node says why it refuses ends the connection to the node too.', async () => {
  const left = Promise.withResolvers<void>();
  const opened = await start({
    onUpgrade: async (_request, socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('close', () => left.resolve());
      socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 1000000\r\n\r\nbecause');
    },
  });
  const url = new URL('/api/v1/namespaces/default/pods/pod/exec?stdout=true&command=true', opened.cluster.url);
  const headers = {
    Authorization: `Bearer ${opened.cluster.token}`,
    Connection: 'Upgrade',
    Upgrade: 'SPDY/3.1',
    'X-Stream-Protocol-Version': 'v4.channel.k8s.io',
  };
  const request = httpsRequest(url, { method: 'POST', ca: opened.cluster.caCertificate, agent: false, headers });
  request.end();
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  expect(answer.statusCode).toBe(403);
  answer.on('error', () => undefined);
  answer.destroy();
  await left.promise;
  expect(opened.kubelet.failures).toEqual([]);
});
