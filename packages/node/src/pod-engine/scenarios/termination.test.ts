import { describe, expect, it } from 'vitest';
import { podRefOf } from '../../provider/pod-ref.ts';
import { NotFound } from '../../provider/errors/not-found.ts';
import { EngineWorld } from '../../testing/engine-world.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { FakeContainerRuntime } from '../../testing/fake-container-runtime.ts';
import { samplePod } from '../../testing/sample-pod.ts';

describe('a pod that is deleted', () => {
  it('stops within its grace, then its sandbox stops, and nothing is started again', async () => {
    const world = new EngineWorld();
    world.runtime.script = () => ({ stopMilliseconds: 4_000, stopExitCode: 0 });
    const pod = samplePod();
    await world.create(pod);
    await world.delete(pod, 30);
    expect(world.status.phase).toBe('Running');
    await world.advance(4);
    expect(world.status.phase).toBe('Succeeded');
    expect(world.runtime.calls.slice(-2)).toEqual(['stopContainer app 30', 'stopPodSandbox web']);
    await world.advance(600);
    expect(world.runtime.calls.at(-1)).toBe('stopPodSandbox web');
    await world.close();
  });

  it('is killed when its grace is over', async () => {
    const world = new EngineWorld();
    world.runtime.script = () => ({ stopMilliseconds: Number.POSITIVE_INFINITY });
    const pod = samplePod();
    await world.create(pod);
    await world.delete(pod, 10);
    await world.advance(10);
    expect(world.status.phase).toBe('Failed');
    expect(world.stateOf('app')).toBe('exit 137');
    await world.close();
  });

  it('stops sooner when a shorter grace comes, and never later', async () => {
    const world = new EngineWorld();
    world.runtime.script = () => ({ stopMilliseconds: Number.POSITIVE_INFINITY });
    const pod = samplePod();
    await world.create(pod);
    await world.delete(pod, 300);
    await world.delete(pod, 500);
    await world.delete(pod, 5);
    expect(world.runtime.calls.filter((call) => call.startsWith('stopContainer'))).toEqual([
      'stopContainer app 300',
      'stopContainer app 5',
    ]);
    await world.advance(5);
    expect(world.stateOf('app')).toBe('exit 137');
    await world.close();
  });

  it('before its image is there, ends without a container', async () => {
    const world = new EngineWorld();
    world.runtime.before = (call, { signal }) =>
      call.startsWith('pullImage')
        ? new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
        : undefined;
    const pod = samplePod();
    await world.create(pod);
    await world.delete(pod, 30);
    expect(world.status.phase).toBe('Failed');
    expect(world.runtime.containers.size).toBe(0);
    await world.close();
  });

  it('while a container is created, waits for that and stops what came of it', async () => {
    const world = new EngineWorld();
    const gate = Promise.withResolvers<void>();
    world.runtime.before = (call) => (call.startsWith('startContainer') ? gate.promise : undefined);
    const pod = samplePod();
    await world.create(pod);
    await world.delete(pod, 30);
    expect(world.status.phase).toBe('Pending');
    gate.resolve();
    await world.settle();
    expect(world.runtime.calls).toContain('stopContainer app 30');
    expect(world.stateOf('app')).toBe('exit 143');
    await world.close();
  });

  it('is removed from the runtime with everything that it had', async () => {
    const world = new EngineWorld();
    const pod = samplePod();
    await world.create(pod);
    await world.delete(pod, 0);
    await world.provider.removePod?.(podRefOf(pod), world.call);
    expect(world.runtime.sandboxes.size + world.runtime.containers.size).toBe(0);
    expect(await world.provider.getPods(world.call)).toEqual([]);
    await world.close();
  });

  it('is stopped by its stamp alone when its object is gone', async () => {
    const world = new EngineWorld();
    const pod = samplePod();
    await world.create(pod);
    await world.close();
    const next = new EngineWorld(world);
    await next.provider.deletePod(podRefOf(pod), { gracePeriodSeconds: 5 }, next.call);
    await next.settle();
    expect(next.runtime.calls).toContain('stopContainer app 5');
    const [left] = await next.provider.getPods(next.call);
    expect(left).toMatchObject({ ref: podRefOf(pod), status: { phase: 'Failed' } });
    await next.close();
  });

  it('has its hooks before the stop also when its object is gone and another process stops it', async () => {
    const world = new EngineWorld();
    const lifecycle = { preStop: { exec: { command: ['bye'] } } };
    const pod = samplePod({ spec: { containers: [{ name: 'app', image: 'app:1', lifecycle }] } });
    await world.create(pod);
    await world.close();
    const next = new EngineWorld(world);
    await next.provider.deletePod(podRefOf(pod), { gracePeriodSeconds: 10 }, next.call);
    await next.settle();
    const last = next.runtime.calls.slice(-3);
    expect(last).toEqual(['execSync app bye', 'stopContainer app 10', 'stopPodSandbox web']);
    await next.close();
  });

  it('is not found when neither the engine nor the runtime has it', async () => {
    const world = new EngineWorld();
    await expect(
      world.provider.deletePod(podRefOf(samplePod()), { gracePeriodSeconds: 5 }, world.call),
    ).rejects.toBeInstanceOf(NotFound);
    await world.close();
  });
});

describe('a pod that always fails', () => {
  it('can be deleted while it waits for its restart', async () => {
    const world = new EngineWorld();
    world.runtime.script = () => ({ runMilliseconds: 100, exitCode: 1 });
    const pod = samplePod();
    await world.create(pod);
    await world.advance(8);
    expect(world.stateOf('app')).toBe('CrashLoopBackOff');
    const { length } = world.runtime.runs('web-uid', 'app');
    await world.delete(pod, 30);
    expect(world.status.phase).toBe('Failed');
    expect(world.container('app')?.state?.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
    await world.advance(60);
    expect(world.runtime.runs('web-uid', 'app')).toHaveLength(length);
    await world.close();
  });
});

describe('activeDeadlineSeconds', () => {
  it('count from when the pod was taken, whether it has a sandbox or not', async () => {
    const world = new EngineWorld();
    world.runtime.before = (call) => {
      if (call.startsWith('runPodSandbox')) throw new Error('cni plugin not initialized');
    };
    await world.create(samplePod({ spec: { activeDeadlineSeconds: 30 } }));
    await world.advance(29);
    expect(world.status).toMatchObject({ phase: 'Pending' });
    await world.advance(1);
    expect(world.status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
    expect(world.status.startTime).toBeUndefined();
    await world.close();
  });

  it('count from the same time after a restart of the process', async () => {
    const clock = new FakeClock();
    const lastTransitionTime = new Date(clock.now() - 20_000).toISOString();
    const conditions = [
      { type: 'PodScheduled', status: 'True', lastTransitionTime: new Date(clock.now() - 500_000).toISOString() },
      { type: 'Ready', status: 'False', lastTransitionTime },
      { type: 'PodReadyToStartContainers', status: 'True', lastTransitionTime: new Date(clock.now()).toISOString() },
    ];
    const world = new EngineWorld({ clock, runtime: new FakeContainerRuntime(clock) });
    await world.create(samplePod({ spec: { activeDeadlineSeconds: 30 }, status: { phase: 'Pending', conditions } }));
    expect(Date.parse(world.status.startTime ?? '')).toBe(Date.parse(lastTransitionTime));
    await world.advance(9);
    expect(world.status.phase).toBe('Running');
    await world.advance(1);
    expect(world.status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
    await world.close();
  });

  it('ends a pod that runs longer, as DeadlineExceeded, within its grace', async () => {
    const world = new EngineWorld();
    world.runtime.script = () => ({ stopMilliseconds: 3_000, stopExitCode: 0 });
    await world.create(samplePod({ spec: { activeDeadlineSeconds: 5 } }));
    await world.advance(5);
    expect(world.status.phase).toBe('Running');
    await world.advance(3);
    expect(world.status).toMatchObject({
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    });
    expect(world.events).toContain('DeadlineExceeded Pod was active on the node longer than the specified deadline');
    await world.close();
  });

  it('can be set while the pod runs', async () => {
    const world = new EngineWorld();
    const pod = samplePod();
    await world.create(pod);
    await world.advance(20);
    const changed = { ...pod, spec: { containers: [], ...pod.spec, activeDeadlineSeconds: 10 } };
    await world.provider.updatePod(
      { pod: changed, environment: {}, volumes: [], hash: 'h', ownership: ownershipOf() },
      undefined,
      world.call,
    );
    await world.settle();
    expect(world.status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
    await world.close();
  });
});

function ownershipOf(): { clusterId: string; nodeName: string; namespace: string; name: string; uid: string } {
  return { clusterId: 'c', nodeName: 'n', ...podRefOf(samplePod()) };
}

describe('termination messages', () => {
  const containers = (policy?: string): { name: string; image: string; terminationMessagePolicy?: string }[] => [
    { name: 'app', image: 'app:1', ...(policy !== undefined && { terminationMessagePolicy: policy }) },
  ];

  it.each([
    { what: 'the file', exitCode: 1, file: 'DONE', policy: undefined, message: 'DONE' },
    { what: 'nothing without a file', exitCode: 1, file: undefined, policy: 'File', message: undefined },
    {
      what: 'the log after a failure',
      exitCode: 1,
      file: undefined,
      policy: 'FallbackToLogsOnError',
      message: 'last\n',
    },
    {
      what: 'nothing after a success',
      exitCode: 0,
      file: undefined,
      policy: 'FallbackToLogsOnError',
      message: undefined,
    },
    { what: 'the file before the log', exitCode: 0, file: 'OK', policy: 'FallbackToLogsOnError', message: 'OK' },
  ])('are $what (policy $policy, exit code $exitCode)', async ({ exitCode, file, policy, message }) => {
    const world = new EngineWorld();
    world.runtime.script = () => ({
      runMilliseconds: 1_000,
      exitCode,
      log: 'last\n',
      ...(file !== undefined && { terminationMessage: file }),
    });
    await world.create(samplePod({ spec: { restartPolicy: 'Never', containers: containers(policy) } }));
    await world.advance(1);
    expect(world.container('app')?.state?.terminated?.message).toBe(message);
    await world.close();
  });
});
