import { describe, expect, it } from 'vitest';
import { EngineWorld } from '../../testing/engine-world.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { FakeContainerRuntime } from '../../testing/fake-container-runtime.ts';
import { samplePod } from '../../testing/sample-pod.ts';

/** A world whose runtime takes a subscription in only when it is told to, and notes when everything is listed. */
function lateWorld(): { readonly world: EngineWorld; readonly subscribe: () => void; readonly listed: () => number } {
  const clock = new FakeClock();
  const runtime = new FakeContainerRuntime(clock);
  const ready = Promise.withResolvers<void>();
  const events = runtime.containerEvents.bind(runtime);
  runtime.containerEvents = async (onEvent, call) => {
    await ready.promise;
    await events(onEvent, call);
  };
  let all = 0;
  const list = runtime.listContainers.bind(runtime);
  runtime.listContainers = (filter, call) => {
    if (filter.podUid === undefined) all += 1;
    return list(filter, call);
  };
  return { world: new EngineWorld({ clock, runtime }), subscribe: ready.resolve, listed: () => all };
}

describe('watching a runtime', () => {
  it('finds soon what happened before the runtime took the subscription in', async () => {
    const { world, subscribe } = lateWorld();
    const { runtime } = world;
    await world.create(samplePod({ spec: { containers: [{ name: 'app', image: 'app:1' }], restartPolicy: 'Never' } }));
    await world.advance(0.5);
    runtime.exit(runtime.runs('web-uid', 'app')[0]?.id ?? '', 3);
    subscribe();
    await world.advance(0.5);
    expect(world.stateOf('app')).toBe('exit 3');
    await world.close();
  });

  it('lists seldom once it is subscribed', async () => {
    const { world, subscribe, listed } = lateWorld();
    await world.create(samplePod());
    subscribe();
    await world.advance(1);
    expect(listed()).toBe(1);
    await world.advance(59);
    expect(listed()).toBe(1);
    await world.advance(1);
    expect(listed()).toBe(2);
    await world.close();
  });
});
