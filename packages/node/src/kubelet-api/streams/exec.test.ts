import { dialRemoteCommand, type RemoteCommandClient } from '@vk/streaming';
import { afterEach, expect, test } from 'vitest';
import { NotFound } from '../../provider/errors/not-found.ts';
import type { Provider } from '../../provider/provider.ts';
import { sampleNode } from '../testing/sample-node.ts';
import { startApi, type StartedApi } from '../testing/start-api.ts';
import { reasonOf, textOf, writeText } from '../testing/streams.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Exec = NonNullable<Provider['runInContainer']>;
type Attach = NonNullable<Provider['attachToContainer']>;

/** A few commands as a container has them. */
const shell: Exec = async (_ref, _container, [name = '', ...rest], io) => {
  switch (name) {
    case 'echo':
      await writeText(io.stdout, `${rest.join(' ')}\n`);
      return { exitCode: 0 };
    case 'cat':
      await writeText(io.stdout, await textOf(io.stdin));
      return { exitCode: 0 };
    case 'fail':
      await writeText(io.stderr, 'no\n');
      return { exitCode: Number(rest[0]) };
    case 'size':
      for await (const { width, height } of io.resizes) {
        await writeText(io.stdout, `${width}x${height}`);
        break;
      }
      return { exitCode: 0 };
    default:
      throw new NotFound(`there is no ${name}`);
  }
};

async function start(runInContainer: Exec = shell, attachToContainer?: Attach): Promise<StartedApi> {
  const provider = { runInContainer, ...(attachToContainer !== undefined && { attachToContainer }) };
  const api = await startApi({ node: sampleNode({ provider }) });
  stops.push(api.stop);
  return api;
}

interface Run {
  readonly command?: readonly string[];
  readonly streams?: string;
  readonly path?: string;
  readonly transport?: 'spdy' | 'websocket';
}

function dial(api: StartedApi, run: Run): Promise<RemoteCommandClient> {
  const { command = [], streams = 'output error', path = '/exec/default/web/app', transport = 'spdy' } = run;
  const query = new URLSearchParams(command.map((argument): [string, string] => ['command', argument]));
  const asked = streams.split(' ');
  for (const name of asked) query.set(name, '1');
  return dialRemoteCommand({
    target: { url: `${api.url}${path}?${query.toString()}` },
    transport,
    stdin: asked.includes('input'),
    stdout: asked.includes('output'),
    stderr: asked.includes('error'),
    tty: asked.includes('tty'),
  });
}

const transports = ['spdy', 'websocket'] as const;

test.each(transports)('a command runs over %s, and its output comes back', async (transport) => {
  const client = await dial(await start(), { command: ['echo', 'a', 'b c'], transport });
  expect(await textOf(client.stdout)).toBe('a b c\n');
  expect(await client.outcome).toEqual({ exitCode: 0 });
});

test.each(transports)('an exit code comes back over %s, with what was said on stderr', async (transport) => {
  const client = await dial(await start(), { command: ['fail', '3'], transport });
  const [, said] = await Promise.all([textOf(client.stdout), textOf(client.stderr)]);
  expect(said).toBe('no\n');
  expect(await client.outcome).toEqual({ exitCode: 3 });
});

test.each(transports)('what is typed reaches the command over %s, and so does its end', async (transport) => {
  const client = await dial(await start(), { command: ['cat'], streams: 'input output', transport });
  const writer = client.stdin?.getWriter();
  await writer?.write(Buffer.from('hello'));
  await writer?.close();
  expect(await textOf(client.stdout)).toBe('hello');
  expect(await client.outcome).toEqual({ exitCode: 0 });
});

test('a terminal tells its size, and has no stderr', async () => {
  const client = await dial(await start(), { command: ['size'], streams: 'output error tty' });
  client.resize({ width: 80, height: 24 });
  expect(await textOf(client.stdout)).toBe('80x24');
  expect(client.stderr).toBeUndefined();
  expect(await client.outcome).toEqual({ exitCode: 0 });
});

test('the provider is asked by the identity of the pod and the command as it was given', async () => {
  const asked: unknown[] = [];
  const api = await start(async (ref, container, command) => {
    asked.push(ref, container, command);
    return { exitCode: 0 };
  });
  const client = await dial(api, { command: ['a', '', 'b=c&d'], path: '/exec/default/web/uid-of-web/app' });
  expect(await client.outcome).toEqual({ exitCode: 0 });
  expect(asked).toEqual([{ namespace: 'default', name: 'web', uid: 'uid-of-web' }, 'app', ['a', '', 'b=c&d']]);
});

test('what the provider throws is told in the Status: NotFound as 404, the rest as 500', async () => {
  const missing = await dial(await start(), { command: ['nothing'] });
  expect(await missing.outcome).toEqual({ failure: 'there is no nothing', reason: 'NotFound', httpStatus: 404 });
  const broken = await dial(await start(() => Promise.reject(new Error('broken'))), { command: ['x'] });
  expect(await broken.outcome).toEqual({ failure: 'broken', reason: 'InternalError', httpStatus: 500 });
});

test('a provider that throws before it gives a promise is a failed command, not a failed server', async () => {
  const api = await start(() => {
    throw new Error('at once');
  });
  const client = await dial(api, { command: ['x'] });
  expect(await client.outcome).toMatchObject({ failure: 'at once' });
});

test.each([
  ['/exec/default/gone/app', 404],
  ['/exec/default/web/gone', 404],
  ['/exec/default/web/another-uid/app', 404],
  ['/attach/default/web/app', 501],
  ['/exec/default/web', 404],
  ['/pods', 400],
])('an upgrade of %s is refused with %i before it is one, and the provider is not asked', async (path, status) => {
  let asked = 0;
  const api = await start(async () => {
    asked += 1;
    return { exitCode: 0 };
  });
  for (const transport of transports) {
    // A WebSocket begins with a GET, SPDY with a POST.
    if (path === '/pods' && transport === 'spdy') continue;
    await expect(dial(api, { command: ['x'], path, transport })).rejects.toMatchObject({ httpStatus: status });
  }
  expect(asked).toBe(0);
});

test('a command without streams, and streams without a command, are refused with 400', async () => {
  const api = await start();
  await expect(dial(api, { command: ['x'], streams: 'tty' })).rejects.toMatchObject({ httpStatus: 400 });
  await expect(dial(api, { command: [] })).rejects.toMatchObject({ httpStatus: 400 });
});

test.each(transports)(
  'when the client goes away over %s, the call of the provider is aborted with the reason',
  async (transport) => {
    const signal = Promise.withResolvers<AbortSignal>();
    const api = await start(async (_ref, _container, _command, _io, call) => {
      signal.resolve(call.signal);
      await reasonOf(call.signal);
      throw call.signal.reason;
    });
    const client = await dial(api, { command: ['sleep'], transport });
    const taken = await signal.promise;
    expect(taken.aborted).toBe(false);
    await client.close();
    expect(await reasonOf(taken)).toMatchObject({ code: 'PeerGone' });
  },
);

test('attach joins the main process and ends with it', async () => {
  const attach: Attach = async (_ref, container, io) => writeText(io.stdout, `in ${container}`);
  const client = await dial(await start(shell, attach), { path: '/attach/default/web/debug', streams: 'output' });
  expect(await textOf(client.stdout)).toBe('in debug');
  expect(await client.outcome).toEqual({ exitCode: 0 });
});
