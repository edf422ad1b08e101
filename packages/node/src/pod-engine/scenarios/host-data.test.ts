import { describe, expect, it } from 'vitest';
import { podRefOf } from '../../provider/pod-ref.ts';
import { EngineWorld, preparedPod } from '../../testing/engine-world.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { FakeHostRuntime } from '../../testing/fake-host-runtime.ts';
import { samplePod } from '../../testing/sample-pod.ts';

interface HostWorld {
  readonly world: EngineWorld;
  readonly runtime: FakeHostRuntime;
}

function hostWorld(): HostWorld {
  const clock = new FakeClock();
  const runtime = new FakeHostRuntime(clock);
  return { world: new EngineWorld({ clock, runtime }), runtime };
}

describe('what a pod needs on the host', () => {
  it('is made ready before its sandbox, and again when the pod changes', async () => {
    const { world, runtime } = hostWorld();
    const pod = samplePod();
    await world.create(pod);
    expect(runtime.calls.slice(0, 2)).toEqual(['preparePod web', 'runPodSandbox web 0']);
    expect(world.stateOf('app')).toBe('running');
    const changed = { ...pod, metadata: { ...pod.metadata, labels: { tier: 'front' } } };
    await world.provider.updatePod(preparedPod(changed), preparedPod(pod), world.call);
    await world.settle();
    expect(runtime.prepared.map(({ pod: version }) => version.metadata?.labels?.['tier'])).toEqual([
      undefined,
      'front',
    ]);
    await world.close();
  });

  it('is made ready while the runtime is looked at for the first time, and nothing is started before that look', async () => {
    const { world, runtime } = hostWorld();
    const looked = Promise.withResolvers<void>();
    runtime.images.add('app:1');
    runtime.before = (call) => (call === 'listPodSandbox' ? looked.promise : undefined);
    const created = world.provider.createPod(preparedPod(samplePod()), world.call);
    await world.settle();
    expect(runtime.calls).toEqual(['preparePod web']);
    expect(runtime.prepared).toHaveLength(1);
    expect(world.statuses).toEqual([]);
    looked.resolve();
    await world.settle();
    await created;
    expect(world.stateOf('app')).toBe('running');
    expect(runtime.prepared).toHaveLength(1);
    expect(world.statuses.map(({ phase }) => phase)).toEqual(['Running']);
    await world.close();
  });

  it('is made ready once however often the runtime cannot be looked at', async () => {
    const { world, runtime } = hostWorld();
    let isAway = true;
    runtime.before = (call) => {
      if (isAway && call === 'listPodSandbox') throw new Error('no runtime');
    };
    const created = world.provider.createPod(preparedPod(samplePod()), world.call);
    await world.settle();
    await world.advance(10);
    expect(runtime.calls).toEqual(['preparePod web']);
    isAway = false;
    await world.advance(30);
    await created;
    expect(world.stateOf('app')).toBe('running');
    expect(runtime.prepared).toHaveLength(1);
    await world.close();
  });

  it('is not made ready any more for a pod that has ended', async () => {
    const { world, runtime } = hostWorld();
    await world.create(samplePod({ status: { phase: 'Succeeded' } }));
    expect(runtime.prepared).toEqual([]);
    await world.close();
  });

  it('that cannot be made ready is told as FailedMount, and nothing is started until it can', async () => {
    const { world, runtime } = hostWorld();
    let isFailing = true;
    const problem = 'MountVolume.SetUp failed for volume "config" : no space left on device';
    runtime.before = (call) => {
      if (isFailing && call.startsWith('preparePod')) throw new Error(problem);
    };
    await world.create(samplePod());
    expect(world.events).toContain(`FailedMount ${problem}`);
    expect(world.stateOf('app')).toBe('ContainerCreating');
    expect(runtime.calls).not.toContain('runPodSandbox web 0');
    isFailing = false;
    await world.advance(1);
    expect(world.stateOf('app')).toBe('running');
    await world.close();
  });

  it('is made ready again by the next process, before it starts anything; what runs goes on', async () => {
    const { world, runtime } = hostWorld();
    const pod = samplePod();
    await world.create(pod);
    runtime.before = (call) => {
      if (call.startsWith('preparePod')) throw new Error('not yet');
    };
    const next = await world.restart(pod);
    expect(next.stateOf('app')).toBe('running');
    runtime.exit(runtime.runs('web-uid', 'app')[0]?.id ?? '', 1);
    await next.settle();
    expect(runtime.runs('web-uid', 'app')).toHaveLength(1);
    runtime.before = () => undefined;
    await next.advance(12);
    expect(next.container('app')?.restartCount).toBe(1);
    await next.close();
  });

  it('is released when the pod has ended and its sandbox has stopped, and removed with the pod', async () => {
    const { world, runtime } = hostWorld();
    runtime.script = () => ({ runMilliseconds: 1_000 });
    const pod = samplePod({ spec: { restartPolicy: 'Never' } });
    await world.create(pod);
    await world.advance(1);
    expect(world.status.phase).toBe('Succeeded');
    expect(runtime.calls.slice(-2)).toEqual(['stopPodSandbox web', 'releasePod web']);
    expect([...runtime.data.values()].map(({ volumes }) => volumes)).toEqual([false]);
    await world.provider.removePod?.(podRefOf(pod), world.call);
    expect(runtime.calls.slice(-2)).toEqual(['removePodSandbox web', 'removePodData web']);
    expect(runtime.data.size).toBe(0);
    await world.close();
  });

  it('that a process left behind which ended before there was a sandbox is found and removed by the next one', async () => {
    const { world, runtime } = hostWorld();
    runtime.before = (call) => {
      if (call.startsWith('runPodSandbox')) throw new Error('no network yet');
    };
    const pod = samplePod();
    await world.create(pod);
    await world.close();
    const next = new EngineWorld({ clock: world.clock, runtime });
    const ref = podRefOf(pod);
    expect((await next.provider.getPods(next.call)).map((found) => found.ref)).toEqual([ref]);
    await next.provider.deletePod(ref, { gracePeriodSeconds: 0 }, next.call);
    await next.settle();
    expect(next.status.phase).toBe('Failed');
    await next.provider.removePod?.(ref, next.call);
    expect(runtime.data.size).toBe(0);
    expect(await next.provider.getPods(next.call)).toEqual([]);
    await next.close();
  });

  it('is left alone when it carries the stamp of another node', async () => {
    const { world, runtime } = hostWorld();
    const ref = podRefOf(samplePod());
    runtime.data.set(ref.uid, { ref, ownership: { ...ref, clusterId: 'c', nodeName: 'other' }, volumes: true });
    expect(await world.provider.getPods(world.call)).toEqual([]);
    await world.provider.removePod?.(ref, world.call);
    expect(runtime.data.size).toBe(1);
    await world.close();
  });
});
