import { describe, expect, it } from 'vitest';
import { EngineWorld, preparedPod } from '../../testing/engine-world.ts';
import { samplePod } from '../../testing/sample-pod.ts';

describe('a pod of one container', () => {
  it('runs, and its steps are told as the kubelet tells them', async () => {
    const world = new EngineWorld();
    await world.create(samplePod());
    expect(world.runtime.calls).toEqual([
      'runPodSandbox web 0',
      'pullImage app:1',
      'createContainer app 0',
      'startContainer app 0',
    ]);
    expect(world.status).toMatchObject({ phase: 'Running', podIP: '10.0.0.1', startTime: '2026-01-01T00:00:00Z' });
    expect(world.container('app')).toMatchObject({
      ready: true,
      started: true,
      restartCount: 0,
      image: 'app:1',
      imageID: 'sha256:app:1',
      containerID: 'fake://container-2',
      state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
    });
    expect(world.events).toEqual([
      'Pulling Pulling image "app:1"',
      'Pulled Successfully pulled image "app:1" in 0s (0s including waiting). Image size: 1000 bytes.',
      'Created Container created',
      'Started Container started',
    ]);
    await world.close();
  });

  it.each([
    { restartPolicy: 'Never', exitCode: 0, phase: 'Succeeded', runs: 1 },
    { restartPolicy: 'Never', exitCode: 3, phase: 'Failed', runs: 1 },
    { restartPolicy: 'OnFailure', exitCode: 0, phase: 'Succeeded', runs: 1 },
    { restartPolicy: 'OnFailure', exitCode: 3, phase: 'Running', runs: 2 },
    { restartPolicy: 'Always', exitCode: 0, phase: 'Running', runs: 2 },
  ])(
    'under $restartPolicy is $phase after exit code $exitCode, with $runs run(s)',
    async ({ restartPolicy, exitCode, phase, runs }) => {
      const world = new EngineWorld();
      world.runtime.script = ({ attempt }) => (attempt === 0 ? { runMilliseconds: 1_000, exitCode } : {});
      await world.create(samplePod({ spec: { restartPolicy } }));
      await world.advance(2);
      expect(world.status.phase).toBe(phase);
      expect(world.runtime.calls.filter((call) => call.startsWith('createContainer'))).toHaveLength(runs);
      await world.advance(2);
      const ended = runs === 1;
      expect(world.runtime.calls.includes('stopPodSandbox web')).toBe(ended);
      expect(world.container('app')?.ready).toBe(!ended);
      const last = ended ? world.container('app')?.state : world.container('app')?.lastState;
      expect(last?.terminated).toMatchObject({ exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' });
      await world.close();
    },
  );

  it('has a restart counted when it has begun, not while its container is only made', async () => {
    const world = new EngineWorld();
    world.runtime.script = ({ attempt }) => (attempt === 0 ? { runMilliseconds: 1_000, exitCode: 1 } : {});
    const started = Promise.withResolvers<void>();
    world.runtime.before = (call) => (call === 'startContainer app 1' ? started.promise : undefined);
    await world.create(samplePod());
    await world.advance(2);
    expect(world.runtime.calls.at(-1)).toBe('startContainer app 1');
    expect(world.container('app')).toMatchObject({
      restartCount: 0,
      state: { waiting: {} },
      lastState: { terminated: { exitCode: 1 } },
    });
    started.resolve();
    await world.advance(1);
    expect(world.container('app')).toMatchObject({ restartCount: 1, state: { running: {} } });
    await world.close();
  });

  it('waits for its restart: at once, 10 s, 20 s, ... 300 s, and shows the end before the wait', async () => {
    const world = new EngineWorld();
    world.runtime.script = () => ({ runMilliseconds: 1_000, exitCode: 1 });
    await world.create(samplePod());
    await world.advance(1);
    expect(world.container('app')).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 1 } } });
    for (const wait of [10, 20, 40, 80, 160, 300, 300]) {
      const { restartCount = 0 } = world.container('app') ?? {};
      await world.advance(1);
      expect(world.stateOf('app')).toBe('exit 1');
      await world.advance(5);
      expect(world.stateOf('app')).toBe('CrashLoopBackOff');
      expect(world.container('app')?.restartCount).toBe(restartCount);
      await world.advance(wait - 6);
      expect(world.container('app')?.restartCount).toBe(restartCount);
      await world.advance(1);
      expect(world.container('app')?.restartCount).toBe(restartCount + 1);
    }
    expect(world.status.phase).toBe('Running');
    expect(world.events).toContain('BackOff Back-off restarting failed container app in pod web_default(web-uid)');
    const waits = world.statuses.map(({ containerStatuses }) => containerStatuses?.[0]?.state?.waiting?.message);
    expect(waits).toContain('back-off 5m0s restarting failed container=app pod=web_default(web-uid)');
    await world.close();
  });

  it('restarts at once again after a run of ten minutes', async () => {
    const world = new EngineWorld();
    world.runtime.script = ({ attempt }) => ({ runMilliseconds: attempt === 2 ? 601_000 : 1_000, exitCode: 1 });
    await world.create(samplePod());
    await world.advance(1 + 1 + 10);
    expect(world.container('app')?.restartCount).toBe(2);
    await world.advance(601);
    expect(world.container('app')).toMatchObject({ restartCount: 3, state: { running: {} } });
    await world.advance(5);
    expect(world.container('app')?.restartCount).toBe(3);
    await world.advance(7);
    expect(world.container('app')?.restartCount).toBe(4);
    await world.close();
  });

  it('starts at once with another image, and its waits begin anew', async () => {
    const world = new EngineWorld();
    world.runtime.script = () => ({ runMilliseconds: 1_000, exitCode: 1 });
    const pod = samplePod();
    await world.create(pod);
    await world.advance(60);
    expect(world.stateOf('app')).toBe('CrashLoopBackOff');
    const { restartCount = 0 } = world.container('app') ?? {};
    await world.provider.updatePod(preparedPod(samplePod({ image: 'app:2' })), preparedPod(pod), world.call);
    await world.settle();
    expect(world.container('app')).toMatchObject({ image: 'app:2', restartCount: restartCount + 1 });
    await world.advance(12);
    expect(world.container('app')?.restartCount).toBe(restartCount + 2);
    await world.close();
  });

  it('keeps the newest run and the one before it, and removes older ones', async () => {
    const world = new EngineWorld();
    world.runtime.script = () => ({ runMilliseconds: 1_000, exitCode: 1 });
    await world.create(samplePod());
    await world.advance(120);
    expect(world.runtime.runs('web-uid', 'app').map(({ attempt }) => attempt)).toEqual([4, 3]);
    await world.close();
  });

  it('that cannot be started counts as ended, with the words of the runtime', async () => {
    const world = new EngineWorld();
    world.runtime.script = () => ({ startError: 'exec: "nope": not found' });
    await world.create(samplePod({ spec: { restartPolicy: 'Never' } }));
    expect(world.status.phase).toBe('Failed');
    expect(world.container('app')?.state?.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
      message: 'exec: "nope": not found',
    });
    expect(world.events).toContain('Failed Error: exec: "nope": not found');
    await world.close();
  });

  it('that cannot be created waits with the reason and is tried again', async () => {
    const world = new EngineWorld();
    let failures = 2;
    world.runtime.before = (call) => {
      if (call.startsWith('createContainer') && failures-- > 0) throw new Error('no space left');
    };
    await world.create(samplePod());
    expect(world.container('app')?.state).toEqual({
      waiting: { reason: 'CreateContainerError', message: 'no space left' },
    });
    expect(world.status.phase).toBe('Pending');
    await world.advance(3);
    expect(world.stateOf('app')).toBe('running');
    expect(world.container('app')?.restartCount).toBe(0);
    await world.close();
  });
});

describe('restart rules of a container', () => {
  const rules = (action: string): object => ({
    restartPolicy: 'Never',
    restartPolicyRules: [{ action, exitCodes: { operator: 'In', values: [42] } }],
  });

  it('restart it where the policy would not, and only for their exit codes', async () => {
    const world = new EngineWorld();
    world.runtime.script = ({ attempt }) => ({ runMilliseconds: 1_000, exitCode: attempt === 0 ? 42 : 1 });
    const containers = [{ name: 'app', image: 'app:1', ...rules('Restart') }];
    await world.create(samplePod({ spec: { restartPolicy: 'Never', containers } }));
    await world.advance(3);
    expect(world.status.phase).toBe('Failed');
    expect(world.container('app')).toMatchObject({ restartCount: 1, state: { terminated: { exitCode: 1 } } });
    await world.close();
  });

  it('start all containers anew, init containers too, and count it as a restart', async () => {
    const world = new EngineWorld();
    world.runtime.script = ({ name, attempt }) => {
      if (name === 'init') return { runMilliseconds: 500 };
      return name === 'app' && attempt === 0 ? { runMilliseconds: 1_000, exitCode: 42 } : {};
    };
    const containers = [
      { name: 'app', image: 'app:1', ...rules('RestartAllContainers') },
      { name: 'other', image: 'app:1' },
    ];
    const initContainers = [{ name: 'init', image: 'app:1' }];
    await world.create(samplePod({ spec: { restartPolicy: 'Never', containers, initContainers } }));
    await world.advance(5);
    expect(world.status.phase).toBe('Running');
    expect(['init', 'app', 'other'].map((name) => world.container(name)?.restartCount)).toEqual([1, 1, 1]);
    expect(world.runtime.calls.filter((call) => call.startsWith('runPodSandbox'))).toHaveLength(1);
    expect(world.runtime.violations).toEqual([]);
    await world.close();
  });
});

describe('a wall clock that jumps', () => {
  it('back keeps no container from its restart, and forward ends no pod', async () => {
    const world = new EngineWorld();
    world.runtime.script = ({ attempt }) => (attempt < 2 ? { runMilliseconds: 10_000, exitCode: 1 } : {});
    await world.create(samplePod({ spec: { activeDeadlineSeconds: 600 } }));
    world.clock.setWall(world.clock.now() + 3_600_000);
    await world.advance(21);
    expect(world.container('app')?.restartCount).toBe(1);
    await world.advance(10);
    expect(world.container('app')).toMatchObject({ restartCount: 2, state: { running: {} } });
    expect(world.status.phase).toBe('Running');
    await world.close();
  });
});
