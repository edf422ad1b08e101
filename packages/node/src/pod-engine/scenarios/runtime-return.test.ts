import { expect, it } from 'vitest';
import { EngineWorld } from '../../testing/engine-world.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { FakeHostRuntime } from '../../testing/fake-host-runtime.ts';
import { samplePod } from '../../testing/sample-pod.ts';
import type { ContainerRuntime } from '../runtime/container-runtime.ts';

/** A world whose runtime can be away: every call fails, and what tells of changes ends. */
function breakableWorld(): {
  readonly world: EngineWorld;
  readonly runtime: FakeHostRuntime;
  setAway: (away: boolean) => void;
} {
  const clock = new FakeClock();
  const runtime = new FakeHostRuntime(clock);
  const tell = runtime.containerEvents.bind(runtime);
  let away = false;
  let life = new AbortController();
  const down = (): void => {
    if (away) throw new Error('connection refused');
  };
  runtime.before = down;
  const containerEvents: NonNullable<ContainerRuntime['containerEvents']> = async (onEvent, call) => {
    down();
    await tell(onEvent, { ...call, signal: AbortSignal.any([call.signal, life.signal]) });
  };
  runtime.containerEvents = containerEvents;
  return {
    world: new EngineWorld({ clock, runtime }),
    runtime,
    setAway(wish) {
      away = wish;
      if (wish) life.abort(new Error('connection lost'));
      else life = new AbortController();
    },
  };
}

const pod = samplePod({ spec: { containers: [{ name: 'app', image: 'app:1' }], restartPolicy: 'Never' } });

it('what happened while the runtime was away is found within two seconds of its return', async () => {
  const { world, runtime, setAway } = breakableWorld();
  await world.create(pod);
  setAway(true);
  await world.advance(0);
  runtime.exit(runtime.runs('web-uid', 'app')[0]?.id ?? '', 3);
  for (let second = 0; second < 45; second++) await world.advance(1);
  expect(world.stateOf('app')).toBe('running');
  setAway(false);
  for (let second = 0; second < 2; second++) await world.advance(1);
  expect(world.stateOf('app')).toBe('exit 3');
  await world.close();
});

it('a pod that could not be looked at for long is looked at on the return, not when its wait is over', async () => {
  const { world, runtime, setAway } = breakableWorld();
  await world.create(pod);
  setAway(true);
  await world.delete(pod, 0);
  for (let second = 0; second < 40; second++) await world.advance(1);
  expect(runtime.runs('web-uid', 'app')[0]?.state).toBe('running');
  setAway(false);
  for (let second = 0; second < 12; second++) await world.advance(1);
  expect(runtime.runs('web-uid', 'app')[0]?.state).toBe('exited');
  await world.close();
});

it('a loss of the events alone has everything listed at once', async () => {
  const { world, runtime, setAway } = breakableWorld();
  await world.create(pod);
  await world.advance(2);
  runtime.containerEvents = () => new Promise(() => undefined);
  let listings = 0;
  runtime.before = (call) => {
    if (call.startsWith('listContainers')) listings++;
  };
  setAway(true);
  await world.settle();
  expect(listings).toBeGreaterThan(0);
  await world.close();
});

it('containers carry the name that the runtime has by then: one that was away at first says it late', async () => {
  const { world, runtime } = breakableWorld();
  let name = 'guessed';
  Object.defineProperty(runtime, 'name', { get: () => name });
  await world.create(pod);
  name = 'cri-o';
  runtime.exit(runtime.runs('web-uid', 'app')[0]?.id ?? '', 3);
  await world.advance(1);
  expect(world.container('app')?.state?.terminated?.containerID).toMatch(/^cri-o:\/\//u);
  await world.close();
});
