import { describe, expect, it } from 'vitest';
import { NotFound } from '../../provider/errors/not-found.ts';
import { podRefOf } from '../../provider/pod-ref.ts';
import type { BackendPod } from '../../provider/backend-pod.ts';
import type { Container } from '../../provider/wire.ts';
import { EngineWorld, preparedPod } from '../../testing/engine-world.ts';
import { samplePod } from '../../testing/sample-pod.ts';

describe('a process that starts again', () => {
  it('goes on with what runs: no verb that changes anything, the same status', async () => {
    const world = new EngineWorld();
    const pod = samplePod();
    await world.create(pod);
    const { status } = world;
    world.runtime.calls.length = 0;
    const next = await world.restart(pod);
    await next.advance(600);
    expect(next.runtime.calls).toEqual([]);
    expect(next.status).toEqual(status);
    await next.close();
  });

  it.each(['runPodSandbox', 'pullImage', 'createContainer', 'startContainer'])(
    'after a crash in %s makes nothing twice',
    async (verb) => {
      for (const done of [false, true]) {
        const world = new EngineWorld();
        let crashed = false;
        const never = new Promise<void>(() => undefined);
        const inner = world.runtime[verb as 'startContainer'].bind(world.runtime) as (
          ...args: never[]
        ) => Promise<unknown>;
        Object.assign(world.runtime, {
          // The verb is done or not, and its answer never comes.
          [verb]: async (...args: never[]) => {
            if (crashed) return inner(...args);
            crashed = true;
            if (done) await inner(...args);
            return never;
          },
        });
        const pod = samplePod();
        await world.create(pod);
        const next = await world.restart(pod);
        await next.settle();
        expect(next.stateOf('app')).toBe('running');
        expect(next.container('app')?.restartCount).toBe(0);
        expect([next.runtime.sandboxes.size, next.runtime.containers.size]).toEqual([1, 1]);
        expect(next.runtime.violations).toEqual([]);
        await next.close();
      }
    },
  );

  it('tells of a sandbox that a call of the process before makes after everything was listed', async () => {
    const world = new EngineWorld();
    const told: BackendPod[] = [];
    const stop = new AbortController();
    const following = world.provider.notifyPods?.((pod) => void told.push(pod), { ...world.call, signal: stop.signal });
    await world.advance(1);
    expect(await world.provider.getPods(world.call)).toEqual([]);
    const pod = samplePod();
    const prepared = preparedPod(pod);
    const { ownership, hash: appliedHash } = prepared;
    const config = { ref: podRefOf(pod), attempt: 0, ownership, appliedHash, hostname: 'web', prepared };
    await world.runtime.runPodSandbox(config, world.call);
    await world.advance(1);
    expect(told).toEqual([{ ref: podRefOf(pod), ownership, appliedHash }]);
    stop.abort();
    await following;
    await world.close();
  });

  it('keeps restart counts, and the wait of a container that keeps crashing', async () => {
    const world = new EngineWorld();
    world.runtime.script = () => ({ runMilliseconds: 1_000, exitCode: 1 });
    const pod = samplePod();
    await world.create(pod);
    await world.advance(40);
    expect(world.container('app')?.restartCount).toBe(3);
    const next = await world.restart(pod);
    await next.advance(20);
    expect(next.container('app')?.restartCount).toBe(3);
    await next.advance(20);
    expect(next.container('app')?.restartCount).toBe(4);
    await next.close();
  });

  it('counts on from what the API shows when the runtime has forgotten the runs before', async () => {
    const world = new EngineWorld();
    world.runtime.script = ({ attempt }) => (attempt < 2 ? { runMilliseconds: 1_000, exitCode: 1 } : {});
    const pod = samplePod();
    await world.create(pod);
    await world.advance(20);
    expect(world.container('app')?.restartCount).toBe(2);
    world.runtime.containers.clear();
    const next = await world.restart(pod);
    await next.advance(1);
    expect(next.container('app')).toMatchObject({ restartCount: 3, state: { running: {} } });
    expect(next.container('app')?.lastState?.terminated?.reason).toBe('ContainerStatusUnknown');
    await next.close();
  });

  it('keeps a ready container ready until a probe says otherwise', async () => {
    const world = new EngineWorld();
    const pod = samplePod({
      spec: {
        containers: [
          { name: 'app', image: 'app:1', readinessProbe: { tcpSocket: { port: 80 }, initialDelaySeconds: 5 } },
        ],
      },
    });
    await world.create(pod);
    await world.advance(5);
    expect(world.container('app')?.ready).toBe(true);
    const next = await world.restart(pod);
    expect(next.statuses.map(({ containerStatuses }) => containerStatuses?.[0]?.ready)).not.toContain(false);
    await next.close();
  });

  it('spreads the first probes of what runs over their periods, and those of what it starts begin at once', async () => {
    const asked: [string, number][] = [];
    const world = new EngineWorld();
    const container = (name: string): Container => ({
      name,
      image: 'app:1',
      livenessProbe: { httpGet: { port: 80, host: name }, periodSeconds: 20 },
    });
    const pod = samplePod({ spec: { containers: [container('a'), container('b')] } });
    await world.create(pod);
    const next = await world.restart(pod, { random: () => 0.25 });
    const restartedAt = next.clock.now();
    next.probe = (_kind, target) => {
      asked.push([(target as { readonly host: string }).host, (next.clock.now() - restartedAt) / 1000]);
      return { result: 'success', output: '' };
    };
    await next.advance(1);
    next.runtime.exit(next.runtime.runs('web-uid', 'b')[0]?.id ?? '', 1);
    await next.advance(29);
    expect(asked).toEqual([
      ['b', 1],
      ['a', 5],
      ['b', 21],
      ['a', 25],
    ]);
    await next.close();
  });

  it('leaves a pod that has ended as it is', async () => {
    const world = new EngineWorld();
    world.runtime.script = () => ({ runMilliseconds: 1_000, exitCode: 3 });
    const pod = samplePod({ spec: { restartPolicy: 'Never' } });
    await world.create(pod);
    await world.advance(2);
    const { status } = world;
    world.runtime.calls.length = 0;
    const next = await world.restart(pod);
    await next.advance(600);
    expect(next.status).toEqual(status);
    expect(next.runtime.calls).toEqual([]);
    await next.close();
  });

  it('starts nothing of a pod while something that it refers to is missing, and looks after what runs', async () => {
    const world = new EngineWorld();
    const pod = samplePod();
    await world.create(pod);
    await world.close();
    const next = new EngineWorld(world);
    const adopted = next.provider.adoptPod?.({ ...pod, status: world.status }, undefined, next.call);
    await next.settle();
    await adopted;
    const [run] = next.runtime.runs('web-uid', 'app');
    next.runtime.exit(run?.id ?? '', 1);
    await next.advance(60);
    expect(next.stateOf('app')).toBe('exit 1');
    expect(next.runtime.runs('web-uid', 'app')).toHaveLength(1);
    await next.create(pod);
    expect(next.stateOf('app')).toBe('running');
    await next.close();
  });

  it('lists what it has not been handed yet by its stamp, without a status', async () => {
    const world = new EngineWorld();
    const pod = samplePod();
    await world.create(pod);
    await world.close();
    const next = new EngineWorld(world);
    const [listed] = await next.provider.getPods(next.call);
    expect(listed).toMatchObject({ ref: podRefOf(pod), ownership: { uid: 'web-uid' } });
    expect(listed?.status).toBeUndefined();
    await next.close();
  });
});

describe('a defect in what takes the events', () => {
  it('keeps no pod from running', async () => {
    const world = new EngineWorld();
    let defects = 1;
    world.onEvent = (reason) => {
      if (reason === 'Created' && defects-- > 0) throw new TypeError('a defect');
    };
    await world.create(samplePod());
    await world.create(samplePod({ name: 'other' }));
    expect(world.runtime.runs('other-uid', 'app')[0]?.state).toBe('running');
    await world.advance(12);
    expect(world.runtime.runs('web-uid', 'app').map(({ state }) => state)).toEqual(['running']);
    await world.close();
  });
});

describe('a pod of another node in the same runtime', () => {
  it('is not listed, not stopped and not removed', async () => {
    const world = new EngineWorld();
    const pod = samplePod();
    const ownership = { clusterId: 'c', nodeName: 'other', ...podRefOf(pod) };
    await world.create(pod, { ownership });
    await world.close();
    const next = new EngineWorld(world);
    next.runtime.calls.length = 0;
    expect(await next.provider.getPods(next.call)).toEqual([]);
    expect(await next.provider.getPod(podRefOf(pod), next.call)).toBeUndefined();
    await expect(
      next.provider.deletePod(podRefOf(pod), { gracePeriodSeconds: 0, pod }, next.call),
    ).rejects.toBeInstanceOf(NotFound);
    await next.provider.removePod?.(podRefOf(pod), next.call);
    expect(next.runtime.calls).toEqual([]);
    await next.close();
  });
});

describe('a pod without containers of its own any more', () => {
  it('that never restarts ends when its sandbox is lost', async () => {
    const world = new EngineWorld();
    await world.create(samplePod({ spec: { restartPolicy: 'Never' } }));
    world.runtime.killSandbox('sandbox-1');
    await world.advance(5);
    expect(world.status.phase).toBe('Failed');
    expect(world.runtime.calls.filter((call) => call.startsWith('runPodSandbox'))).toHaveLength(1);
    await world.close();
  });

  it('runs again in another sandbox under OnFailure, though it ends well when it is stopped for that', async () => {
    const world = new EngineWorld();
    world.runtime.script = () => ({ stopExitCode: 0 });
    await world.create(samplePod({ spec: { restartPolicy: 'OnFailure' } }));
    const [sandbox] = world.runtime.sandboxes.values();
    if (sandbox !== undefined) world.runtime.sandboxes.set(sandbox.id, { ...sandbox, ips: [] });
    await world.advance(60);
    expect(world.status).toMatchObject({ phase: 'Running', podIP: '10.0.0.2' });
    expect(world.container('app')).toMatchObject({ restartCount: 1, state: { running: {} } });
    await world.close();
  });

  it('waits for a sandbox that cannot be made, without a start time, and tries again', async () => {
    const world = new EngineWorld();
    let failures = 3;
    world.runtime.before = (call) => {
      if (call.startsWith('runPodSandbox') && failures-- > 0) throw new Error('cni plugin not initialized');
    };
    await world.create(samplePod());
    expect(world.status).toMatchObject({ phase: 'Pending' });
    expect(world.status.startTime).toBeUndefined();
    expect(world.events).toContain('FailedCreatePodSandBox Failed to create pod sandbox: cni plugin not initialized');
    await world.advance(10);
    expect(world.status.phase).toBe('Running');
    await world.close();
  });
});

describe('a sandbox that another one has replaced', () => {
  it('is removed while the pod lives on, with the address that it held', async () => {
    const world = new EngineWorld();
    let failures = 1;
    world.runtime.before = (call) => {
      if (call.startsWith('createContainer') && failures-- > 0) throw new Error('no space left on device');
    };
    await world.create(samplePod());
    world.runtime.killSandbox('sandbox-1');
    await world.advance(10);
    expect(world.status.phase).toBe('Running');
    expect([...world.runtime.sandboxes.keys()]).toEqual(['sandbox-2']);
    await world.close();
  });

  it('stays as long as it has a run whose log is kept', async () => {
    const world = new EngineWorld();
    await world.create(samplePod());
    world.runtime.killSandbox('sandbox-1');
    await world.advance(10);
    const sandboxes = (): (string | number)[][] =>
      [...world.runtime.sandboxes.values()].map(({ attempt, state }) => [attempt, state]);
    expect(sandboxes()).toEqual([
      [0, 'notready'],
      [1, 'ready'],
    ]);
    world.runtime.killSandbox([...world.runtime.sandboxes.keys()].at(-1) ?? '');
    await world.advance(60);
    expect(sandboxes()).toEqual([
      [1, 'notready'],
      [2, 'ready'],
    ]);
    expect(world.container('app')).toMatchObject({ restartCount: 2 });
    await world.close();
  });
});

describe('a container that the runtime has lost', () => {
  it.each([
    { restartPolicy: 'Never', runs: 0, phase: 'Failed' },
    { restartPolicy: 'Always', runs: 1, phase: 'Running' },
  ])('runs $runs times more under $restartPolicy', async ({ restartPolicy, runs, phase }) => {
    const world = new EngineWorld();
    const pod = samplePod({ spec: { restartPolicy } });
    await world.create(pod);
    await world.runtime.removeContainer(world.runtime.runs('web-uid', 'app')[0]?.id ?? '', world.call);
    await world.advance(1);
    expect(world.runtime.runs('web-uid', 'app')).toHaveLength(runs);
    expect(world.status.phase).toBe(phase);
    expect(world.container('app')?.restartCount).toBe(runs);
    const ended = world.container('app')?.[runs === 0 ? 'state' : 'lastState']?.terminated;
    expect(ended).toMatchObject({ exitCode: 137, reason: 'ContainerStatusUnknown' });
    await world.close();
  });
});
