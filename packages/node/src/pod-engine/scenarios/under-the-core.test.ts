import { afterEach, describe, expect, it } from 'vitest';
import { InvalidInput } from '../../provider/errors/invalid-input.ts';
import { silentLogger } from '../../provider/logger.ts';
import type { Provider } from '../../provider/provider.ts';
import type { FakeClock } from '../../testing/fake-clock.ts';
import { FakeContainerRuntime } from '../../testing/fake-container-runtime.ts';
import type { PodWorld } from '../../testing/pod-world.ts';
import { samplePod } from '../../testing/sample-pod.ts';
import { startPodWorld, stopPodWorld, stopPodWorlds } from '../../testing/start-pod-world.ts';
import { podProviderFrom } from '../pod-provider.ts';

afterEach(stopPodWorlds);

interface EngineNode {
  readonly world: PodWorld;
  readonly runtime: FakeContainerRuntime;
  readonly provider: Provider;
}

/** A node whose provider is the engine; `before` is the one of a process before, on the same runtime and API. */
async function startNode(before?: EngineNode): Promise<EngineNode> {
  let runtime = before?.runtime;
  let provider: Provider | undefined;
  const change = (_plain: Provider, clock: FakeClock): Provider => {
    runtime ??= new FakeContainerRuntime(clock);
    provider = podProviderFrom(runtime, {
      context: {
        clusterId: 'c',
        nodeName: 'n',
        addresses: [{ type: 'InternalIP', address: '192.0.2.1' }],
        clusterDomain: 'cluster.local',
        clock,
        log: silentLogger,
        recordEvent: () => undefined,
        getImageCredentials: () => Promise.resolve([]),
      },
    });
    return provider;
  };
  const world = await startPodWorld({ change, ...(before !== undefined && { api: before.world.api }) });
  if (runtime === undefined || provider === undefined) throw new Error('the world made no provider');
  return { world, runtime, provider };
}

async function stopNode({ world, provider }: EngineNode): Promise<void> {
  await stopPodWorld(world);
  await provider.close?.();
}

async function settle(world: PodWorld): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await world.settle();
}

describe('the pod engine under the core', () => {
  it('brings a pod from creation to its end, and leaves nothing in the runtime', async () => {
    const node = await startNode();
    const { world, runtime } = node;
    world.api.apply(samplePod());
    await settle(world);
    expect(world.phase('web')).toBe('Running');
    const ready = world.api.get('web')?.status?.conditions?.find(({ type }) => type === 'Ready');
    expect(ready?.status).toBe('True');
    await world.requestDeletion('web', 30);
    await settle(world);
    expect(world.api.get('web')).toBeUndefined();
    expect(runtime.sandboxes.size + runtime.containers.size).toBe(0);
    expect(world.controller.status().pods).toBe(0);
    await stopNode(node);
  });

  it('shows a pod that its sandbox was refused as failed, and leaves nothing of it', async () => {
    const node = await startNode();
    const { world, runtime } = node;
    runtime.before = (call) => {
      if (call.startsWith('runPodSandbox')) throw new InvalidInput('spec.hostname', 'it is taken');
    };
    world.api.apply(samplePod());
    await settle(world);
    expect(world.api.get('web')?.status).toMatchObject({
      phase: 'Failed',
      reason: 'ProviderRefused',
      message: 'spec.hostname: it is taken',
    });
    expect(world.figures('virtual_kubelet_pod_rejections_total')).toEqual(['{reason="ProviderRefused"} 1']);
    await world.requestDeletion('web', 30);
    await settle(world);
    expect(world.api.get('web')).toBeUndefined();
    expect(runtime.sandboxes.size).toBe(0);
    expect(world.controller.status().pods).toBe(0);
    await stopNode(node);
  });

  it('stops all pods that are deleted at once, each within its own grace', async () => {
    const node = await startNode();
    const { world, runtime } = node;
    const names = Array.from({ length: 20 }, (_, index) => `web-${index}`);
    for (const name of names) world.api.apply(samplePod({ name }));
    await settle(world);
    expect(names.map((name) => world.phase(name))).toEqual(names.map(() => 'Running'));
    for (const name of names) await world.requestDeletion(name, 30);
    await settle(world);
    expect(names.filter((name) => world.api.get(name) !== undefined)).toEqual([]);
    expect(runtime.sandboxes.size + runtime.containers.size).toBe(0);
    await stopNode(node);
  });

  it('is handed the pods of a process before, goes on with what runs, and restarts what ends', async () => {
    const first = await startNode();
    first.world.api.apply(samplePod());
    await settle(first.world);
    await stopNode(first);
    const calls = first.runtime.calls.length;
    const second = await startNode(first);
    await settle(second.world);
    expect(second.runtime.calls.length).toBe(calls);
    const [run] = second.runtime.runs('web-uid', 'app');
    second.runtime.exit(run?.id ?? '', 1);
    await settle(second.world);
    expect(second.world.api.get('web')?.status?.containerStatuses?.[0]).toMatchObject({
      restartCount: 1,
      state: { running: {} },
    });
    expect(second.runtime.violations).toEqual([]);
    await stopNode(second);
  });

  it('stops and removes what is left of a pod that went while no process ran', async () => {
    const first = await startNode();
    first.world.api.apply(samplePod());
    await settle(first.world);
    await stopNode(first);
    first.world.api.remove('web');
    const second = await startNode(first);
    await settle(second.world);
    expect(second.runtime.sandboxes.size + second.runtime.containers.size).toBe(0);
    await stopNode(second);
  });

  it('is not asked to stop a pod that has ended, when it is handed it', async () => {
    const first = await startNode();
    first.runtime.script = () => ({ runMilliseconds: 1_000, exitCode: 0 });
    first.world.api.apply(samplePod({ spec: { restartPolicy: 'Never' } }));
    await settle(first.world);
    await first.world.clock.advance(2_000);
    await settle(first.world);
    expect(first.world.phase('web')).toBe('Succeeded');
    await stopNode(first);
    const second = await startNode(first);
    await settle(second.world);
    expect(second.world.events).toEqual([]);
    expect(second.world.phase('web')).toBe('Succeeded');
    await stopNode(second);
  });

  it('loses a pod to nobody: one whose sandbox could not be made yet is created by the next process', async () => {
    const first = await startNode();
    first.runtime.before = (call) => {
      if (call.startsWith('runPodSandbox')) throw new Error('no network yet');
    };
    first.world.api.apply(samplePod());
    await settle(first.world);
    expect(first.world.phase('web')).toBe('Pending');
    await stopNode(first);
    first.runtime.before = () => undefined;
    const second = await startNode(first);
    await settle(second.world);
    expect(second.world.phase('web')).toBe('Running');
    await stopNode(second);
  });
});
