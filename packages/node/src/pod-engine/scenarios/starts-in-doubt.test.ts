import { describe, expect, it } from 'vitest';
import { RetryAfter } from '../../provider/errors/retry-after.ts';
import type { Pod } from '../../provider/wire.ts';
import { EngineWorld } from '../../testing/engine-world.ts';
import type { FakeContainer } from '../../testing/fake-container-runtime.ts';
import { samplePod } from '../../testing/sample-pod.ts';

function podWith(lifecycle: object = {}, restartPolicy = 'Never'): Pod {
  return samplePod({ spec: { restartPolicy, containers: [{ name: 'app', image: 'app:1', lifecycle }] } });
}

function starts(world: EngineWorld): string[] {
  return world.runtime.calls.filter((call) => call.startsWith('startContainer'));
}

/** A second live run beside the first, as a process may find it. */
function addRun(world: EngineWorld, attempt: number): FakeContainer {
  const [first] = world.runtime.runs('web-uid', 'app');
  if (first === undefined) throw new Error('there is no run to copy');
  const copy = { ...first, id: `copy-${attempt}`, attempt };
  world.runtime.containers.set(copy.id, copy);
  return copy;
}

describe('a start that fails while the container is still there to be started', () => {
  it('is tried again on the same container, whatever the restart policy, with the reason shown meanwhile', async () => {
    const world = new EngineWorld();
    let failures = 2;
    world.runtime.before = (call) => {
      if (call.startsWith('startContainer') && failures-- > 0) throw new Error('connection reset by peer');
    };
    await world.create(podWith());
    expect(world.container('app')?.state).toEqual({
      waiting: { reason: 'RunContainerError', message: 'connection reset by peer' },
    });
    expect(world.status.phase).toBe('Pending');
    await world.advance(3);
    expect(world.container('app')).toMatchObject({ restartCount: 0, state: { running: {} } });
    expect(starts(world)).toEqual(['startContainer app 0', 'startContainer app 0', 'startContainer app 0']);
    expect(world.runtime.runs('web-uid', 'app')).toHaveLength(1);
    await world.close();
  });

  it('waits as long as the runtime asks for', async () => {
    const world = new EngineWorld();
    let failures = 1;
    world.runtime.before = (call) => {
      if (call.startsWith('startContainer') && failures-- > 0) throw new RetryAfter(20_000, 'the runtime is busy');
    };
    await world.create(podWith());
    await world.advance(19);
    expect(starts(world)).toHaveLength(1);
    await world.advance(1);
    expect(world.stateOf('app')).toBe('running');
    await world.close();
  });

  it('may come true after all: there is one container, and its hook runs', async () => {
    const world = new EngineWorld();
    const open = Promise.withResolvers<void>();
    let isFirst = true;
    world.runtime.before = (call) => {
      if (!call.startsWith('startContainer')) return undefined;
      if (!isFirst) throw new Error('the runtime is away');
      isFirst = false;
      return open.promise;
    };
    await world.create(podWith({ postStart: { exec: { command: ['greet'] } } }));
    await world.advance(120);
    expect(world.stateOf('app')).toBe('RunContainerError');
    open.resolve();
    await world.settle();
    expect(world.container('app')).toMatchObject({ restartCount: 0, state: { running: {} } });
    expect(world.runtime.runs('web-uid', 'app')).toHaveLength(1);
    expect(world.runtime.calls).toContain('execSync app greet');
    expect(world.events).toContain('Started Container started');
    expect(world.runtime.violations).toEqual([]);
    await world.close();
  });

  it('never comes true after the pod has ended: its container is removed first', async () => {
    const world = new EngineWorld();
    const open = Promise.withResolvers<void>();
    world.runtime.before = (call) => (call.startsWith('startContainer') ? open.promise : undefined);
    const pod = podWith();
    await world.create(pod);
    const next = await world.restart(pod);
    await next.delete(pod, 0);
    expect(next.status.phase).toBe('Pending');
    await next.advance(120);
    expect(next.status.phase).toBe('Failed');
    expect(next.runtime.containers.size).toBe(0);
    open.resolve();
    await next.settle();
    expect(next.runtime.containers.size).toBe(0);
    await next.close();
  });

  it('whose answer is lost has started', async () => {
    const world = new EngineWorld();
    const start = world.runtime.startContainer.bind(world.runtime);
    world.runtime.startContainer = async (...args) => {
      await start(...args);
      throw new Error('connection reset by peer');
    };
    await world.create(podWith());
    expect(world.stateOf('app')).toBe('running');
    expect(starts(world)).toHaveLength(1);
    expect(world.events.filter((event) => event.startsWith('Failed'))).toEqual([]);
    await world.close();
  });
});

describe('two live runs of one container', () => {
  it('become one: the older is stopped, and the newer stays', async () => {
    const world = new EngineWorld();
    const pod = podWith();
    await world.create(pod);
    addRun(world, 1);
    const next = await world.restart(pod);
    await next.advance(1);
    const states = next.runtime.runs('web-uid', 'app').map(({ attempt, state }) => [attempt, state]);
    expect(states).toEqual([
      [1, 'running'],
      [0, 'exited'],
    ]);
    expect(next.container('app')).toMatchObject({ restartCount: 1, state: { running: {} } });
    await next.close();
  });

  it('are each stopped once when their pod is deleted', async () => {
    const world = new EngineWorld();
    const pod = podWith();
    world.runtime.script = () => ({ stopMilliseconds: 5_000 });
    await world.create(pod);
    addRun(world, 1);
    const next = await world.restart(pod);
    await next.delete(pod, 30);
    await next.advance(4);
    expect(next.runtime.calls.filter((call) => call.startsWith('stopContainer'))).toHaveLength(2);
    await next.advance(2);
    expect(next.runtime.runs('web-uid', 'app').map(({ state }) => state)).toEqual(['exited', 'exited']);
    expect(next.status.phase).toBe('Failed');
    await next.close();
  });
});
