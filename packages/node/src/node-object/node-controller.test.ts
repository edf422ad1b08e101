import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger, type Logger } from '../provider/logger.ts';
import type { NodeShape } from '../provider/node-provider.ts';
import type { Provider } from '../provider/provider.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeNodeApi } from '../testing/fake-node-api.ts';
import { refused } from '../testing/fake-pod-api.ts';
import { NodeController } from './node-controller.ts';
import { NodeNotOursError } from './node-errors.ts';

const taint = { key: 'virtual-kubelet.io/provider', value: 'mock', effect: 'NoSchedule' } as const;
const running: { stop: () => Promise<void> }[] = [];

interface WorldOptions {
  readonly provider?: Pick<Provider, 'ping' | 'notifyNodeStatus'>;
  readonly api?: FakeNodeApi;
  readonly adoptNode?: boolean;
}

function setUp({ provider = {}, api = new FakeNodeApi(), adoptNode = false }: WorldOptions = {}) {
  const clock = new FakeClock();
  const warnings: string[] = [];
  const log: Logger = { ...silentLogger, warn: (message) => void warnings.push(message), with: () => log };
  let contentions = 0;
  const controller = new NodeController({
    identity: {
      name: 'vk',
      operatingSystem: 'linux',
      architecture: 'amd64',
      kubeletVersion: 'v1.36.0-vk',
      labels: { team: 'a' },
      annotations: {},
      taints: [taint],
      kubeletPort: 0,
      declaredFeatures: [],
    },
    shape: { capacity: { cpu: '4' }, addresses: [{ type: 'InternalIP', address: '192.0.2.1' }] },
    provider,
    api,
    source: api,
    clock,
    log,
    adoptNode,
    pingIntervalMilliseconds: 10_000,
    pingTimeoutMilliseconds: 5_000,
    reportMilliseconds: 300_000,
    leaseDurationSeconds: 40,
    retry: {
      initialMilliseconds: 200,
      maximumMilliseconds: 7_000,
      factor: 2,
      jitter: 0,
      resetAfterMilliseconds: 60_000,
    },
    random: () => 0,
    onContention: () => contentions++,
  });
  const stop = new AbortController();
  return {
    clock,
    api,
    controller,
    warnings,
    contentions: () => contentions,
    async start() {
      await controller.register(stop.signal);
      const ended = controller.run(stop.signal);
      running.push({
        stop: async () => {
          stop.abort(new Error('the test is over'));
          await clock.advance(0);
          await ended;
          expect(clock.pending).toBe(0);
        },
      });
      await clock.advance(0);
    },
    ready: () => api.node?.status?.conditions?.find(({ type }) => type === 'Ready'),
  };
}

afterEach(async () => {
  for (const world of running.splice(0)) await world.stop();
});

describe('NodeController', () => {
  it('registers a Node that is Ready, with its taints, a stamp and a Lease of its own', async () => {
    const world = setUp();
    await world.start();
    await world.controller.ready;
    expect(world.api.node?.spec?.taints).toEqual([taint]);
    expect(world.api.node?.metadata?.annotations).toHaveProperty(['virtual-kubelet.io/last-applied-object-meta']);
    expect(world.ready()).toMatchObject({ status: 'True', reason: 'KubeletReady' });
    expect(world.api.lease).toMatchObject({
      metadata: { ownerReferences: [{ kind: 'Node', name: 'vk', uid: world.api.node?.metadata?.uid }] },
      spec: { holderIdentity: 'vk', leaseDurationSeconds: 40 },
    });
  });

  it('takes over its own Node after a restart without writing it', async () => {
    const first = setUp();
    await first.start();
    await running.pop()?.stop();
    const { api } = first;
    api.calls.length = 0;
    const second = setUp({ api });
    api.patches.length = 0;
    await second.start();
    await second.controller.ready;
    expect(api.calls).not.toContain('create node');
    expect(api.patches).toEqual([]);
  });

  it('does not take a Node that somebody else made, unless it is told to', async () => {
    const api = new FakeNodeApi();
    api.put({ metadata: { name: 'vk', labels: { mine: 'yes' } } });
    await expect(setUp({ api }).start()).rejects.toBeInstanceOf(NodeNotOursError);
    const adopting = setUp({ api, adoptNode: true });
    await adopting.start();
    expect(api.node?.metadata?.labels).toMatchObject({ mine: 'yes', type: 'virtual-kubelet' });
  });

  it('does not take a Node that somebody else makes when its own was deleted, and is back when theirs is gone', async () => {
    const world = setUp();
    await world.start();
    world.api.before = (call) => {
      // Somebody else is faster.
      if (call === 'create node' && world.api.node === undefined)
        world.api.put({ metadata: { name: 'vk', labels: { theirs: 'yes' } } });
    };
    world.api.drop();
    await world.clock.advance(10_000);
    expect(world.api.node).toEqual({ metadata: expect.objectContaining({ labels: { theirs: 'yes' } }) });
    expect(world.warnings).toContain('The node status could not be written');
    world.api.before = () => undefined;
    world.api.drop();
    await world.clock.advance(10_000);
    expect(world.ready()).toMatchObject({ status: 'True' });
    expect(world.api.node?.spec?.taints).toEqual([taint]);
  });

  it('puts the Node back, with its taints and its lease, when somebody deletes it', async () => {
    const world = setUp();
    await world.start();
    const before = world.api.node?.metadata?.uid;
    world.api.drop();
    await world.clock.advance(0);
    expect(world.api.node?.metadata?.uid).not.toBe(before);
    expect(world.api.node?.spec?.taints).toEqual([taint]);
    await world.clock.advance(10_000);
    expect(world.api.lease?.metadata?.ownerReferences?.[0]?.uid).toBe(world.api.node?.metadata?.uid);
  });

  it('registers again a Node that vanishes while it is being registered', async () => {
    const world = setUp();
    await world.start();
    let refusals = 1;
    world.api.before = (call) => {
      if (call === 'create node' && refusals-- > 0) throw refused(409, 'AlreadyExists', 'exists');
    };
    world.api.drop();
    await world.clock.advance(1_000);
    expect(world.ready()?.status).toBe('True');
  });

  it('finds out by a status write that the Node is gone, when the watch says nothing', async () => {
    const world = setUp();
    await world.start();
    world.api.node = undefined;
    await world.clock.advance(301_000);
    expect(world.ready()?.status).toBe('True');
  });

  it('writes again what the node lifecycle wrote over, and leaves what is theirs', async () => {
    const world = setUp();
    await world.start();
    const { node } = world.api;
    const foreign = { type: 'NetworkUnavailable', status: 'False' } as const;
    world.api.put({
      ...node,
      metadata: { ...node?.metadata, labels: { ...node?.metadata?.labels, zone: 'z' } },
      spec: { ...node?.spec, unschedulable: true },
      status: {
        ...node?.status,
        conditions: [
          ...(node?.status?.conditions ?? []).map((condition) => ({ ...condition, status: 'Unknown' })),
          foreign,
        ],
      },
    });
    await world.clock.advance(0);
    expect(world.ready()?.status).toBe('True');
    expect(world.api.node?.status?.conditions).toContainEqual(foreign);
    expect(world.api.node?.metadata?.labels).toMatchObject({ zone: 'z', team: 'a' });
    expect(world.api.node?.spec?.unschedulable).toBe(true);
  });

  it('reports every five minutes when nothing changes, and renews the lease every ten seconds', async () => {
    const world = setUp();
    await world.start();
    world.api.calls.length = 0;
    await world.clock.advance(299_000);
    expect(world.api.calls.filter((call) => call === 'patch node status')).toHaveLength(0);
    expect(world.api.calls.filter((call) => call === 'update lease')).toHaveLength(29);
    await world.clock.advance(1_000);
    expect(world.api.calls.filter((call) => call === 'patch node status')).toHaveLength(1);
  });

  it('turns Ready to False with the reason when the provider fails its ping, and back, each time once', async () => {
    let failure: Error | undefined = new Error('the backend is down');
    const ping = async (): Promise<void> => {
      if (failure !== undefined) throw failure;
    };
    const world = setUp({ provider: { ping } });
    await world.start();
    expect(world.ready()).toMatchObject({ status: 'False', message: 'the backend is down' });
    failure = undefined;
    await world.clock.advance(10_000);
    await world.controller.ready;
    expect(world.ready()?.status).toBe('True');
    const writes = world.api.patches.length;
    await world.clock.advance(60_000);
    expect(world.api.patches.length).toBe(writes);
  });

  it('tries a status write again that failed', async () => {
    let failing = true;
    const ping = async (): Promise<void> => {
      if (failing) throw new Error('the backend is down');
    };
    const world = setUp({ provider: { ping } });
    await world.start();
    let failures = 3;
    world.api.before = (call) => {
      if (call === 'patch node status' && failures-- > 0) throw refused(500, 'InternalError', 'no');
    };
    failing = false;
    await world.clock.advance(12_000);
    await world.controller.ready;
    expect(world.warnings.filter((line) => line.includes('node status'))).toHaveLength(3);
  });

  it('follows the shape that the provider tells of, and subscribes again when that ends', async () => {
    const told: ((shape: NodeShape) => void)[] = [];
    const notifyNodeStatus: NonNullable<Provider['notifyNodeStatus']> = async (onNode) => {
      told.push(onNode);
    };
    const world = setUp({ provider: { notifyNodeStatus } });
    await world.start();
    told[0]?.({ capacity: { cpu: '8' } });
    await world.clock.advance(0);
    expect(world.api.node?.status).toMatchObject({ capacity: { cpu: '8' }, allocatable: { cpu: '8' } });
    await world.clock.advance(1_000);
    expect(told.length).toBeGreaterThan(1);
    expect(told.length).toBeLessThan(6);
  });

  it('says so when another process renews its lease, and goes on', async () => {
    const world = setUp();
    await world.start();
    world.api.putLease({
      ...world.api.lease,
      spec: { ...world.api.lease?.spec, renewTime: '2026-01-01T00:00:05.000000Z' },
    });
    await world.clock.advance(10_000);
    expect(world.contentions()).toBe(1);
    await world.clock.advance(50_000);
    expect(world.contentions()).toBe(1);
  });

  it('publishes the port of the kubelet API, and what it can do, with the Node', async () => {
    const world = setUp();
    world.controller.publishKubeletApi({ kubeletPort: 10_250, declaredFeatures: ['ExtendWebSocketsToKubelet'] });
    await world.start();
    expect(world.api.node?.status).toMatchObject({
      daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
      declaredFeatures: ['ExtendWebSocketsToKubelet'],
    });
    expect(world.ready()?.status).toBe('True');
  });

  it('publishes the port of this process before it is ready, also on a Node that it takes over', async () => {
    const world = setUp();
    await world.start();
    const { api } = world;
    const next = setUp({ api });
    next.controller.publishKubeletApi({ kubeletPort: 10_251, declaredFeatures: ['ExtendWebSocketsToKubelet'] });
    await next.start();
    expect(api.patches.at(-1)).toMatchObject({
      status: {
        daemonEndpoints: { kubeletEndpoint: { Port: 10_251 } },
        declaredFeatures: ['ExtendWebSocketsToKubelet'],
      },
    });
  });

  it('takes back what the process before it declared and it does not', async () => {
    const world = setUp();
    world.controller.publishKubeletApi({ kubeletPort: 10_250, declaredFeatures: ['ExtendWebSocketsToKubelet'] });
    await world.start();
    const next = setUp({ api: world.api });
    await next.start();
    expect(next.api.node?.status?.declaredFeatures ?? undefined).toBeUndefined();
  });

  it('does not write a declared feature again and again to an API server that drops it', async () => {
    const api = new FakeNodeApi();
    const put = api.put.bind(api);
    api.put = (node) => {
      const { declaredFeatures: _dropped, ...status } = node.status ?? {};
      return put({ ...node, status });
    };
    const world = setUp({ api });
    world.controller.publishKubeletApi({ kubeletPort: 10_250, declaredFeatures: ['ExtendWebSocketsToKubelet'] });
    await world.start();
    await world.clock.advance(1_000);
    const before = api.patches.length;
    for (let change = 0; change < 5; change++) {
      const { metadata } = api.node ?? {};
      api.put({ ...api.node, metadata: { ...metadata, labels: { ...metadata?.labels, change: String(change) } } });
      await world.clock.advance(1_000);
    }
    expect(api.patches.length).toBe(before);
  });
});
