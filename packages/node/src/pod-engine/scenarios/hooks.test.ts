import { describe, expect, it } from 'vitest';
import type { Container } from '../../provider/wire.ts';
import { EngineWorld } from '../../testing/engine-world.ts';
import { samplePod } from '../../testing/sample-pod.ts';

type Lifecycle = NonNullable<Container['lifecycle']>;

function podWith(lifecycle: Lifecycle, spec: object = {}): ReturnType<typeof samplePod> {
  return samplePod({ spec: { ...spec, containers: [{ name: 'app', image: 'app:1', lifecycle }] } });
}

describe('postStart hooks', () => {
  it('run after the start; until they end the container is not shown as running and the next one is not started', async () => {
    const world = new EngineWorld();
    const hook = Promise.withResolvers<number>();
    world.runtime.runCommand = () => hook.promise;
    const lifecycle = { postStart: { exec: { command: ['prepare'] } } };
    const containers = [
      { name: 'app', image: 'app:1', lifecycle },
      { name: 'other', image: 'app:1' },
    ];
    await world.create(samplePod({ spec: { containers } }));
    expect(world.runtime.calls).toContain('execSync app prepare');
    expect(world.stateOf('app')).toBe('ContainerCreating');
    expect(world.runtime.calls).not.toContain('createContainer other 0');
    hook.resolve(0);
    await world.settle();
    expect(world.stateOf('app')).toBe('running');
    expect(world.stateOf('other')).toBe('running');
    await world.close();
  });

  it('that fail end the container, which is restarted by its policy', async () => {
    const world = new EngineWorld();
    let exitCode = 1;
    world.runtime.runCommand = () => Promise.resolve(exitCode);
    await world.create(podWith({ postStart: { exec: { command: ['prepare'] } } }));
    expect(world.events).toContain('FailedPostStartHook PostStartHook failed');
    expect(world.events).toContain('Killing FailedPostStartHook');
    exitCode = 0;
    await world.advance(12);
    expect(world.stateOf('app')).toBe('running');
    expect(world.container('app')?.restartCount).toBeGreaterThan(0);
    await world.close();
  });

  it('that fail leave a container that is not ready, however long its end takes', async () => {
    const world = new EngineWorld();
    world.runtime.runCommand = () => Promise.resolve(1);
    world.runtime.before = (call) => {
      if (call.startsWith('stopContainer')) throw new Error('the runtime is busy');
    };
    await world.create(podWith({ postStart: { exec: { command: ['prepare'] } } }));
    expect(world.events).toContain('FailedPostStartHook PostStartHook failed');
    expect(world.stateOf('app')).toBe('running');
    expect(world.container('app')).toMatchObject({ ready: false, started: false });
    await world.close();
  });

  it('sleep', async () => {
    const world = new EngineWorld();
    await world.create(podWith({ postStart: { sleep: { seconds: 5 } } }));
    expect(world.stateOf('app')).toBe('ContainerCreating');
    await world.advance(5);
    expect(world.stateOf('app')).toBe('running');
    await world.close();
  });
});

describe('a hook that sleeps for no time', () => {
  it('ends at once, after the start and before the stop', async () => {
    const world = new EngineWorld();
    const none = { sleep: { seconds: 0 } };
    const pod = podWith({ postStart: none, preStop: none });
    await world.create(pod);
    expect(world.stateOf('app')).toBe('running');
    await world.delete(pod, 30);
    expect(world.runtime.calls).toContain('stopContainer app 30');
    expect(world.events.filter((event) => event.includes('Hook'))).toEqual([]);
    await world.close();
  });
});

describe('preStop hooks', () => {
  it('run before the stop signal, and their time is taken from the grace', async () => {
    const world = new EngineWorld();
    const pod = podWith({ preStop: { sleep: { seconds: 10 } } });
    await world.create(pod);
    await world.delete(pod, 30);
    expect(world.runtime.calls.some((call) => call.startsWith('stopContainer'))).toBe(false);
    await world.advance(10);
    expect(world.runtime.calls).toContain('stopContainer app 20');
    expect(world.status.phase).toBe('Failed');
    await world.close();
  });

  it('that outlast the grace are left behind, and the container still gets two seconds', async () => {
    const world = new EngineWorld();
    world.runtime.runCommand = () => new Promise(() => undefined);
    world.runtime.script = () => ({ stopMilliseconds: Number.POSITIVE_INFINITY });
    const pod = podWith({ preStop: { exec: { command: ['wait'] } } });
    await world.create(pod);
    await world.delete(pod, 5);
    await world.advance(5);
    expect(world.runtime.calls).toContain('stopContainer app 2');
    await world.advance(2);
    expect(world.stateOf('app')).toBe('exit 137');
    await world.close();
  });

  it('that fail are told and keep nothing from stopping', async () => {
    const world = new EngineWorld();
    world.runtime.runCommand = () => Promise.resolve(1);
    const pod = podWith({ preStop: { exec: { command: ['bye'] } } });
    await world.create(pod);
    await world.delete(pod, 30);
    expect(world.events).toContain('FailedPreStopHook PreStopHook failed');
    expect(world.stateOf('app')).toBe('exit 143');
    await world.close();
  });

  it('run on a container that a probe has condemned, too', async () => {
    const world = new EngineWorld();
    world.probe = () => ({ result: 'failure', output: '' });
    const pod = samplePod({
      spec: {
        containers: [
          {
            name: 'app',
            image: 'app:1',
            lifecycle: { preStop: { exec: { command: ['bye'] } } },
            livenessProbe: { httpGet: { port: 80 }, periodSeconds: 1, failureThreshold: 1 },
          },
        ],
      },
    });
    await world.create(pod);
    await world.advance(1);
    expect(world.runtime.calls).toContain('execSync app bye');
    await world.close();
  });
});
