import { describe, expect, it } from 'vitest';
import { abortable } from '../../work/abortable.ts';
import type { RuntimeFilter } from '../runtime/container-runtime.ts';
import { EngineWorld } from '../../testing/engine-world.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { FakeHostRuntime } from '../../testing/fake-host-runtime.ts';
import { samplePod } from '../../testing/sample-pod.ts';

/** A world whose runtime notes every call, also those that only ask. */
function countedWorld(): { readonly world: EngineWorld; readonly runtime: FakeHostRuntime; readonly calls: string[] } {
  const clock = new FakeClock();
  const runtime = new FakeHostRuntime(clock);
  const calls: string[] = [];
  runtime.before = (call) => {
    calls.push(call.split(' ')[0] ?? '');
  };
  return { world: new EngineWorld({ clock, runtime }), runtime, calls };
}

function count(calls: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(calls, (call) => call)].map(([call, all]) => [call, all.length]));
}

function podOf(names: readonly string[], change: object = {}): ReturnType<typeof samplePod> {
  const containers = names.map((name) => ({ name, image: 'app:1' }));
  return samplePod({ spec: { containers, ...change } });
}

describe('the start of a pod', () => {
  it('costs the runtime its verbs, one look at its sandboxes before and one at its containers after', async () => {
    const { world, runtime, calls } = countedWorld();
    runtime.images.add('app:1');
    await world.create(podOf(['app']));
    expect(world.stateOf('app')).toBe('running');
    expect(count(calls)).toEqual({
      preparePod: 1,
      runPodSandbox: 1,
      imageStatus: 1,
      createContainer: 1,
      startContainer: 1,
      listPodSandbox: 1,
      listContainers: 1,
    });
    await world.close();
  });

  it('costs no more looks with more containers', async () => {
    const { world, runtime, calls } = countedWorld();
    runtime.images.add('app:1');
    await world.create(podOf(['a', 'b', 'c', 'd']));
    expect(world.stateOf('d')).toBe('running');
    expect(count(calls)).toMatchObject({ startContainer: 4, listPodSandbox: 1, listContainers: 1 });
    await world.close();
  });

  it('is confirmed by the containers that were started alone', async () => {
    const { world, runtime } = countedWorld();
    runtime.images.add('app:1');
    const list = runtime.listContainers.bind(runtime);
    const asked: RuntimeFilter[] = [];
    runtime.listContainers = (filter, call) => {
      asked.push(filter);
      return list(filter, call);
    };
    await world.create(podOf(['a', 'b']));
    const ids = [...runtime.containers.keys()];
    expect(asked).toEqual([{ podUid: 'web-uid', containerIds: ids }]);
    runtime.exit(ids[0] ?? '', 1);
    await world.settle();
    // The other one runs: nothing has told anything of it.
    expect(asked.at(-1)).toEqual({ podUid: 'web-uid', containerIds: [runtime.runs('web-uid', 'a')[0]?.id] });
    expect([world.stateOf('a'), world.stateOf('b')]).toEqual(['running', 'running']);
    await world.close();
  });

  it('is told as it turned out when the container is over by the time of the look', async () => {
    const { world, runtime } = countedWorld();
    runtime.images.add('app:1');
    const start = runtime.startContainer.bind(runtime);
    runtime.containerEvents = (_onEvent, { signal }) => abortable(new Promise<void>(() => undefined), signal);
    runtime.startContainer = async (id, call) => {
      await start(id, call);
      runtime.exit(id, 3);
    };
    await world.create(podOf(['app'], { restartPolicy: 'Never' }));
    expect(world.stateOf('app')).toBe('exit 3');
    expect(world.statuses.map(({ phase }) => phase)).toEqual(['Failed']);
    await world.close();
  });

  it('costs no more looks where the runtime only tells that something has changed', async () => {
    const { world, runtime, calls } = countedWorld();
    runtime.images.add('app:1');
    const events = runtime.containerEvents.bind(runtime);
    runtime.containerEvents = (onEvent, call) => events((uid) => onEvent(uid), call);
    await world.create(podOf(['a', 'b', 'c', 'd']));
    expect(world.stateOf('d')).toBe('running');
    expect(calls.filter((call) => call === 'listContainers').length).toBeLessThan(4);
    await world.close();
  });

  it('is told once, when it runs: what is passed through in less than a second is not worth a write', async () => {
    const { world, runtime } = countedWorld();
    runtime.images.add('app:1');
    await world.create(podOf(['app']));
    expect(world.statuses.map(({ phase, podIP }) => `${phase} ${podIP ?? ''}`)).toEqual(['Running 10.0.0.1']);
    await world.close();
  });

  it('that takes longer is told on the way', async () => {
    const { world, runtime } = countedWorld();
    runtime.before = (call) => (call.startsWith('runPodSandbox') ? new Promise(() => undefined) : undefined);
    await world.create(podOf(['app']));
    expect(world.statuses).toEqual([]);
    await world.advance(1);
    expect(world.statuses.map(({ phase }) => phase)).toEqual(['Pending']);
    expect(world.stateOf('app')).toBe('ContainerCreating');
    await world.close();
  });

  it.each([
    { what: 'all containers', initContainers: [], lookedFor: ['app:1', 'other:1'] },
    { what: 'the first init container', initContainers: [{ name: 'first', image: 'init:1' }], lookedFor: ['init:1'] },
  ])(
    'looks for the images of $what while the sandbox is made, and pulls none',
    async ({ initContainers, lookedFor }) => {
      const { world, runtime } = countedWorld();
      const made = Promise.withResolvers<void>();
      const asked: string[] = [];
      runtime.before = (call) => {
        const [verb, image = ''] = call.split(' ');
        if (verb === 'imageStatus' || verb === 'pullImage') asked.push(verb === 'pullImage' ? `pull ${image}` : image);
        return verb === 'runPodSandbox' ? made.promise : undefined;
      };
      const always = { name: 'fresh', image: 'fresh:1', imagePullPolicy: 'Always' };
      const containers = [{ name: 'app', image: 'app:1' }, { name: 'other', image: 'other:1' }, always];
      await world.create(samplePod({ spec: { initContainers, containers, restartPolicy: 'Never' } }));
      expect(asked).toEqual(lookedFor);
      await world.advance(1);
      expect(asked).toEqual(lookedFor);
      made.resolve();
      await world.settle();
      expect(asked.filter((call) => call === lookedFor[0])).toHaveLength(1);
      expect(asked).toContain(`pull ${lookedFor[0]}`);
      await world.close();
    },
  );

  it('is not held up by a runtime that hangs in the start of one container: what ends meanwhile is seen', async () => {
    const { world, runtime } = countedWorld();
    runtime.before = (call) => (call.startsWith('startContainer b') ? new Promise(() => undefined) : undefined);
    await world.create(podOf(['a', 'b'], { restartPolicy: 'Never' }));
    runtime.exit(runtime.runs('web-uid', 'a')[0]?.id ?? '', 3);
    await world.advance(1);
    expect(world.stateOf('a')).toBe('exit 3');
    await world.close();
  });

  it('waits for no other: a hundred pods are in the runtime at once', async () => {
    const { world, runtime } = countedWorld();
    const open = Promise.withResolvers<void>();
    let underWay = 0;
    runtime.before = (call) => {
      if (!call.startsWith('runPodSandbox')) return undefined;
      underWay++;
      return open.promise;
    };
    for (let index = 0; index < 100; index++) {
      const name = `web-${index}`;
      await world.create(samplePod({ metadata: { name, namespace: 'default', uid: name } }));
    }
    expect(underWay).toBe(100);
    open.resolve();
    await world.settle();
    expect([...runtime.containers.values()].filter(({ state }) => state === 'running')).toHaveLength(100);
    await world.close();
  });
});

describe('a container that ends', () => {
  it('is looked at once', async () => {
    const { world, runtime, calls } = countedWorld();
    await world.create(podOf(['app'], { restartPolicy: 'OnFailure' }));
    const before = calls.length;
    runtime.exit(runtime.runs('web-uid', 'app')[0]?.id ?? '', 1);
    await world.settle();
    expect(world.container('app')?.restartCount).toBe(1);
    expect(count(calls.slice(before))).toMatchObject({ createContainer: 1, listPodSandbox: 1, listContainers: 2 });
    await world.close();
  });
});
