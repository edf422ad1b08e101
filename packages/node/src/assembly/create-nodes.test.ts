import { describe, expect, it } from 'vitest';
import { NodeNotOursError } from '../node-object/node-errors.ts';
import { defineProvider } from '../provider/define-provider.ts';
import { silentLogger, type Logger } from '../provider/logger.ts';
import type { Provider } from '../provider/provider.ts';
import type { Node } from '../provider/wire.ts';
import { FakeBackend } from '../testing/fake-backend.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { MemoryApi } from '../testing/memory-api.ts';
import { samplePod } from '../testing/sample-pod.ts';
import { createNodes } from './create-nodes.ts';
import type { NodesOptions } from './node-options.ts';

interface SetUpOptions extends Partial<Pick<NodesOptions, 'names' | 'onExit' | 'observeProviderCall'>> {
  readonly change?: (provider: Provider, nodeName: string) => Provider | Promise<Provider>;
}

function setUp({ change = (provider) => provider, ...options }: SetUpOptions = {}) {
  const clock = new FakeClock();
  const api = new MemoryApi();
  const notes: string[] = [];
  const backends = new Map<string, FakeBackend>();
  const log: Logger = {
    ...silentLogger,
    debug: (message, fields) => void notes.push(`${message} ${JSON.stringify(fields?.part)}`),
    with: () => log,
  };
  const provider = defineProvider({
    name: 'noted',
    configSchema: { '~standard': { version: 1, vendor: 'tests', validate: (value) => ({ value }) } },
    injected: {
      'kube-api-access': 'omit',
      serviceLinks: 'omit',
      dnsPolicy: 'deliver',
      terminationMessage: 'deliver',
      defaultTolerations: 'deliver',
    },
    connect: async () => {
      notes.push('connect');
      return { close: async () => void notes.push('close connection') };
    },
    create: ({ nodeName }) => {
      notes.push(`create ${nodeName}`);
      const backend = new FakeBackend();
      backends.set(nodeName, backend);
      return change(
        { ...backend.provider({ notifies: true }), close: async () => void notes.push(`close ${nodeName}`) },
        nodeName,
      );
    },
  });
  const nodes = createNodes({
    names: ['n'],
    client: api.client,
    provider,
    clock,
    log,
    random: () => 0,
    shutdownGraceMilliseconds: 1_000,
    ...options,
  });
  const stop = new AbortController();
  const ended = nodes.run(stop.signal);
  ended.catch(() => undefined);
  return { clock, api, notes, backends, nodes, ended, stop: () => stop.abort(new Error('the test stops it')) };
}

const nodePath = (name: string): string => `/api/v1/nodes/${name}`;
const parts = (notes: readonly string[], verb: string): string[] =>
  notes.filter((note) => note.startsWith(`${verb} "`)).map((note) => note.slice(verb.length + 2, -1));
const readyOf = (node: Node | undefined): string | undefined =>
  node?.status?.conditions?.find(({ type }) => type === 'Ready')?.status;

describe('the nodes of a process', () => {
  it('start what others need first, and stop consumers before what feeds them', async () => {
    const { nodes, notes, ended, stop } = setUp();
    await nodes.ready;
    stop();
    await ended;
    expect(parts(notes, 'Starting')).toEqual([
      'on exit',
      'providers',
      'events',
      'pod watch',
      'node watch',
      'references',
      'registration',
      'nodes',
      'pods',
    ]);
    expect(parts(notes, 'Stopping')).toEqual([
      'pods',
      'references',
      'pod watch',
      'nodes',
      'node watch',
      'on exit',
      'events',
      'providers',
    ]);
  });

  it('are Ready in the API when ready resolves, and leave no watch and no timer behind', async () => {
    const { api, clock, nodes, ended, stop } = setUp({ names: ['a', 'b'] });
    await nodes.ready;
    expect(['a', 'b'].map((name) => readyOf(api.node(name)))).toEqual(['True', 'True']);
    expect(nodes.status().map(({ name, ready }) => [name, ready])).toEqual([
      ['a', true],
      ['b', true],
    ]);
    stop();
    await ended;
    expect(api.openWatches).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('share one watch of pods and one of nodes, however many they are, and each gets its own pods', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `node-${index}`);
    const { api, backends, clock, nodes, ended, stop } = setUp({ names });
    await nodes.ready;
    expect(api.watches.map(({ path }) => path).sort()).toEqual(['/api/v1/nodes', '/api/v1/pods']);
    api.put('/api/v1/namespaces/default/pods/web', samplePod({ spec: { nodeName: 'node-7' } }));
    await clock.advance(0);
    expect([...backends].filter(([, { pods }]) => pods.size > 0).map(([name]) => name)).toEqual(['node-7']);
    expect(api.pod('web')?.status?.phase).toBe('Running');
    stop();
    await ended;
  });

  it('watch only their own objects where there is one node', async () => {
    const { api, nodes, ended, stop } = setUp();
    await nodes.ready;
    expect(api.watches.map(({ query }) => String(query.fieldSelector)).sort()).toEqual([
      'metadata.name=n',
      'spec.nodeName=n',
    ]);
    stop();
    await ended;
  });

  it('close each provider once, and their connection once after the last of them', async () => {
    const { nodes, notes, ended, stop } = setUp({ names: ['a', 'b', 'c'] });
    await nodes.ready;
    stop();
    await ended;
    const ends = notes.filter((note) => note.startsWith('c'));
    expect(ends.slice(0, 4)).toEqual(['connect', 'create a', 'create b', 'create c']);
    expect(ends.slice(4, 7).sort()).toEqual(['close a', 'close b', 'close c']);
    expect(ends.slice(7)).toEqual(['close connection']);
  });

  it('leave the Node by default, and delete it when that was asked for', async () => {
    for (const onExit of ['leave', 'delete'] as const) {
      const { api, nodes, ended, stop } = setUp({ onExit });
      await nodes.ready;
      stop();
      await ended;
      expect(api.objects.has(nodePath('n'))).toBe(onExit === 'leave');
    }
  });

  it('go on when the backend of one does not answer: that one is not ready, and says why', async () => {
    const { api, clock, nodes, ended, stop } = setUp({
      names: ['well', 'sick'],
      change: (provider, name) => ({
        ...provider,
        ping: () => (name === 'sick' ? Promise.reject(new Error('backend is down')) : Promise.resolve()),
      }),
    });
    await clock.advance(10_000);
    expect(readyOf(api.node('well'))).toBe('True');
    const sick = api.node('sick')?.status?.conditions?.find(({ type }) => type === 'Ready');
    expect(sick).toMatchObject({ status: 'False', message: expect.stringContaining('backend is down') });
    expect(nodes.status().map(({ ready }) => ready)).toEqual([true, false]);
    stop();
    await ended;
  });

  it('show every call that they make of their providers to who wants to see them', async () => {
    const seen = new Set<string>();
    const created = Promise.withResolvers<void>();
    const { api, nodes, ended, stop } = setUp({
      change: (provider) => ({
        ...provider,
        ping: () => Promise.resolve(),
        notifyNodeStatus: (_onNode, { signal }) =>
          new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
      }),
      observeProviderCall: ({ method, lasts }, proceed) => {
        seen.add(lasts === true ? `${method}, which lasts` : method);
        if (method === 'createPod') created.resolve();
        return proceed();
      },
    });
    await nodes.ready;
    api.put('/api/v1/namespaces/default/pods/web', samplePod());
    await created.promise;
    stop();
    await ended;
    expect([...seen].toSorted()).toEqual([
      'configureNode',
      'createPod',
      'getPods',
      'notifyNodeStatus, which lasts',
      'notifyPods, which lasts',
      'ping',
    ]);
  });

  it('end quietly when they are stopped before they have started', async () => {
    const { api, nodes, notes, ended, stop } = setUp();
    api.before = () => new Promise(() => undefined);
    stop();
    await ended;
    await expect(nodes.ready).rejects.toThrow('the test stops it');
    expect(notes.filter((note) => note.startsWith('create'))).toEqual([]);
  });
});

describe('a start that fails', () => {
  it('throws why, closes what was opened, and touches no Node of somebody else', async () => {
    const { api, clock, nodes, notes, ended } = setUp({ names: ['mine', 'theirs'], onExit: 'delete' });
    const theirs = api.put(nodePath('theirs'), { metadata: { name: 'theirs' } });
    await clock.advance(0);
    await expect(ended).rejects.toBeInstanceOf(NodeNotOursError);
    await expect(nodes.ready).rejects.toBeInstanceOf(NodeNotOursError);
    expect(api.node('theirs')).toEqual(theirs);
    expect(notes.filter((note) => note.startsWith('close')).sort()).toEqual([
      'close connection',
      'close mine',
      'close theirs',
    ]);
    expect(api.openWatches).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('closes the providers that were made when a later one cannot be', async () => {
    const { clock, notes, ended } = setUp({
      names: ['a', 'b'],
      change: (provider, name) => (name === 'b' ? Promise.reject(new Error('no quota')) : provider),
    });
    await clock.advance(0);
    await expect(ended).rejects.toThrow('no quota');
    expect(notes.filter((note) => note.startsWith('close'))).toEqual(['close a', 'close connection']);
  });

  it('closes a provider that cannot say what its node is', async () => {
    const { clock, notes, ended } = setUp({
      change: (provider) => ({ ...provider, configureNode: () => Promise.reject(new Error('no such region')) }),
    });
    await clock.advance(0);
    await expect(ended).rejects.toThrow('no such region');
    expect(notes.filter((note) => note.startsWith('close'))).toEqual(['close n', 'close connection']);
  });
});
