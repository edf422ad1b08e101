import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../provider/logger.ts';
import type { Provider } from '../../provider/provider.ts';
import type { Pod } from '../../provider/wire.ts';
import type { FakeClock } from '../../testing/fake-clock.ts';
import { FakeContainerRuntime } from '../../testing/fake-container-runtime.ts';
import type { FakePodApi } from '../../testing/fake-pod-api.ts';
import type { PodWorld } from '../../testing/pod-world.ts';
import { samplePod } from '../../testing/sample-pod.ts';
import { startPodWorld, stopPodWorld, stopPodWorlds } from '../../testing/start-pod-world.ts';
import { podProviderFrom } from '../pod-provider.ts';

afterEach(stopPodWorlds);

interface Before {
  readonly api: FakePodApi;
  readonly runtime: FakeContainerRuntime;
}

class AdmissionWorld {
  readonly world: PodWorld;
  readonly runtime: FakeContainerRuntime;
  readonly #provider: Provider;

  private constructor(world: PodWorld, runtime: FakeContainerRuntime, provider: Provider) {
    this.world = world;
    this.runtime = runtime;
    this.#provider = provider;
  }

  /** A node of the engine with this much for pods; `before` is what a process before has left. */
  static async start(
    allocatable: Readonly<Record<string, string>>,
    before?: Before,
    pods: readonly Pod[] = [],
  ): Promise<AdmissionWorld> {
    const made = Promise.withResolvers<{ runtime: FakeContainerRuntime; provider: Provider }>();
    const change = (_plain: Provider, clock: FakeClock): Provider => {
      const runtime = before?.runtime ?? new FakeContainerRuntime(clock);
      const context = {
        clusterId: 'c',
        nodeName: 'n',
        addresses: [],
        clusterDomain: 'cluster.local',
        clock,
        log: silentLogger,
        recordEvent: () => undefined,
        getImageCredentials: () => Promise.resolve([]),
      };
      const provider = podProviderFrom(runtime, { context, allocatable: () => allocatable });
      made.resolve({ runtime, provider });
      return provider;
    };
    const world = await startPodWorld({ change, ...(before !== undefined && { api: before.api }) }, ({ api }) => {
      for (const pod of pods) api.apply(pod);
    });
    const { runtime, provider } = await made.promise;
    const started = new AdmissionWorld(world, runtime, provider);
    await started.settle();
    return started;
  }

  async apply(pod: Pod): Promise<void> {
    this.world.api.apply(pod);
    await this.settle();
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 8; turn++) await this.world.settle();
  }

  async stop(): Promise<Before> {
    await stopPodWorld(this.world);
    await this.#provider.close?.();
    return { api: this.world.api, runtime: this.runtime };
  }

  phases(...names: string[]): (string | undefined)[] {
    return names.map((name) => this.world.phase(name));
  }
}

const asking = (name: string, cpu: string, spec: Partial<NonNullable<Pod['spec']>> = {}): Pod =>
  samplePod({
    name,
    spec: {
      restartPolicy: 'Never',
      containers: [{ name: 'app', image: 'a', resources: { requests: { cpu } } }],
      ...spec,
    },
  });

describe('a node of the pod engine', () => {
  it("rejects a pod that does not fit, in the kubelet's words, and starts nothing for it", async () => {
    const node = await AdmissionWorld.start({ cpu: '2', pods: '10' });
    await node.apply(asking('fits', '1500m'));
    await node.apply(asking('large', '600m'));
    expect(node.phases('fits', 'large')).toEqual(['Running', 'Failed']);
    expect(node.world.api.get('large')?.status).toMatchObject({
      reason: 'OutOfcpu',
      message: "Pod was rejected: Node didn't have enough resource: cpu, requested: 600, used: 1500, capacity: 2000",
    });
    expect(node.world.events).toContain('large OutOfcpu');
    expect(node.runtime.sandboxes.size).toBe(1);
    await node.stop();
  });

  it('has room again when a pod has ended', async () => {
    const node = await AdmissionWorld.start({ cpu: '2', pods: '10' });
    node.runtime.script = () => ({ runMilliseconds: 1_000, exitCode: 0 });
    await node.apply(asking('first', '2'));
    await node.world.clock.advance(2_000);
    await node.settle();
    expect(node.phases('first')).toEqual(['Succeeded']);
    await node.apply(asking('second', '2'));
    expect(node.phases('second')).toEqual(['Running']);
    await node.stop();
  });

  it('counts the pods of a process before, and goes on with them though they do not fit any more', async () => {
    const first = await AdmissionWorld.start({ cpu: '2', pods: '10' });
    await first.apply(asking('a', '1'));
    await first.apply(asking('b', '1'));
    const second = await AdmissionWorld.start({ cpu: '1', pods: '10' }, await first.stop(), [asking('c', '100m')]);
    expect(second.phases('a', 'b', 'c')).toEqual(['Running', 'Running', 'Failed']);
    expect(second.world.api.get('c')?.status?.reason).toBe('OutOfcpu');
    await second.stop();
  });

  it('takes no more pods than it says', async () => {
    const node = await AdmissionWorld.start({ pods: '1' });
    await node.apply(asking('a', '0'));
    await node.apply(asking('b', '0'));
    expect(node.world.api.get('b')?.status).toMatchObject({ phase: 'Failed', reason: 'OutOfpods' });
    await node.stop();
  });

  it('rejects a pod that was bound by hand to a node of which it wants another label', async () => {
    const node = await AdmissionWorld.start({ cpu: '2' });
    await node.apply(asking('a', '1', { nodeSelector: { disk: 'ssd' } }));
    expect(node.world.api.get('a')?.status).toMatchObject({ phase: 'Failed', reason: 'NodeAffinity' });
    await node.stop();
  });

  it('rejects a pod for another operating system before it looks at anything else', async () => {
    const node = await AdmissionWorld.start({ cpu: '2' });
    await node.apply(asking('field', '3', { os: { name: 'windows' } }));
    expect(node.world.api.get('field')?.status).toMatchObject({
      phase: 'Failed',
      reason: 'PodOSNotSupported',
      message: "Pod was rejected: Failed to admit pod as the OS field doesn't match node OS",
    });
    const pod = asking('label', '1');
    await node.apply({ ...pod, metadata: { ...pod.metadata, labels: { 'kubernetes.io/os': 'windows' } } });
    expect(node.world.api.get('label')?.status).toMatchObject({
      phase: 'Failed',
      reason: 'PodOSSelectorNodeLabelDoesNotMatch',
    });
    expect(node.runtime.sandboxes.size).toBe(0);
    await node.stop();
  });

  it('gives a host port to one pod at a time', async () => {
    const node = await AdmissionWorld.start({ cpu: '2' });
    const containers = [{ name: 'app', image: 'a', ports: [{ containerPort: 80, hostPort: 8080 }] }];
    await node.apply(asking('a', '0', { containers }));
    await node.apply(asking('b', '0', { containers }));
    expect(node.world.api.get('b')?.status).toMatchObject({ phase: 'Failed', reason: 'NodePorts' });
    await node.world.requestDeletion('a', 0);
    await node.world.clock.advance(5_000);
    await node.settle();
    expect(node.world.api.get('a')).toBeUndefined();
    await node.apply(asking('c', '0', { containers }));
    expect(node.phases('c')).toEqual(['Running']);
    await node.stop();
  });

  it('counts a pod with what it has been given, not with what it asks for and does not get', async () => {
    const node = await AdmissionWorld.start({ cpu: '2' });
    await node.apply(asking('a', '1'));
    const larger = asking('a', '3');
    const known = node.world.api.get('a');
    await node.apply({
      ...larger,
      metadata: { ...known?.metadata, generation: 2 },
      ...(known?.status && { status: known.status }),
    });
    await node.apply(asking('b', '1'));
    expect(node.phases('a', 'b')).toEqual(['Running', 'Running']);
    await node.stop();
  });

  it('ends pods for a critical one that does not fit, and starts it when their containers have stopped', async () => {
    const node = await AdmissionWorld.start({ cpu: '2', pods: '10' });
    node.runtime.script = () => ({ stopMilliseconds: 5_000 });
    await node.apply(asking('small', '500m', { restartPolicy: 'Always' }));
    await node.apply(asking('large', '1500m', { restartPolicy: 'Always' }));
    await node.apply(asking('critical', '1', { priority: 2_000_001_000 }));
    expect(node.phases('small', 'large', 'critical')).toEqual(['Running', 'Running', 'Pending']);
    await node.world.clock.advance(5_000);
    await node.settle();
    expect(node.phases('small', 'large', 'critical')).toEqual(['Running', 'Failed', 'Running']);
    expect(node.world.api.get('large')?.status).toMatchObject({
      reason: 'Preempting',
      message: 'Preempted in order to admit critical pod',
    });
    await node.world.clock.advance(600_000);
    await node.settle();
    expect(node.runtime.runs('large-uid', 'app')).toHaveLength(1);
    await node.stop();
  });
});
