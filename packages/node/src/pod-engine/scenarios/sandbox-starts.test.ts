import { expect, it } from 'vitest';
import { EngineWorld } from '../../testing/engine-world.ts';
import { samplePod } from '../../testing/sample-pod.ts';

const first = samplePod({ name: 'first', image: 'app:1' });
const second = samplePod({ name: 'second', image: 'app:1' });
const third = samplePod({ name: 'third', image: 'app:1' });

/** A world in which two sandboxes are started at a time, and those of the pods named so do not come before they are told to. */
async function worldWith(hung: readonly string[]): Promise<{
  readonly world: EngineWorld;
  readonly come: Record<string, () => void>;
  readonly begun: () => string[];
}> {
  const world = new EngineWorld(undefined, { maximumParallelSandboxStarts: 2 });
  world.runtime.images.add('app:1');
  const come: Record<string, () => void> = {};
  world.runtime.before = (call) => {
    const [method, uid = ''] = call.split(' ');
    const name = hung.find((candidate) => uid.startsWith(candidate));
    if (method !== 'runPodSandbox' || name === undefined) return undefined;
    return new Promise<void>((resolve) => {
      come[name] = resolve;
    });
  };
  for (const pod of [first, second, third]) await world.create(pod);
  const begun = (): string[] =>
    world.runtime.calls.filter((call) => call.startsWith('runPodSandbox')).map((call) => call.split(' ')[1] ?? '');
  return { world, come, begun };
}

it('as many sandboxes are started at a time as may be, and a pod is finished before the last one begins', async () => {
  const { world, come, begun } = await worldWith(['first', 'second', 'third']);
  expect(begun()).toHaveLength(2);
  come['second']?.();
  await world.settle();
  expect(begun()).toHaveLength(3);
  expect(world.runtime.runs('second-uid', 'app')[0]?.state).toBe('running');
  come['first']?.();
  come['third']?.();
  await world.settle();
  for (const name of ['first', 'third']) expect(world.runtime.runs(`${name}-uid`, 'app')[0]?.state).toBe('running');
  await world.close();
});

it('a sandbox that takes longer than 2 s holds up no others', async () => {
  const { world, begun } = await worldWith(['first', 'second']);
  await world.advance(1.9);
  expect(begun()).toHaveLength(2);
  await world.advance(0.1);
  expect(world.runtime.runs('third-uid', 'app')[0]?.state).toBe('running');
  await world.close();
});

it('a pod that is deleted while it waits for its turn is never begun, and one that is deleted meanwhile gives its turn away', async () => {
  const { world, begun } = await worldWith(['first', 'second', 'third']);
  await world.delete(third, 0);
  expect(begun()).toHaveLength(2);
  await world.create(samplePod({ name: 'fourth', image: 'app:1' }));
  expect(world.runtime.runs('fourth-uid', 'app')).toEqual([]);
  await world.delete(first, 0);
  expect(world.runtime.runs('fourth-uid', 'app')[0]?.state).toBe('running');
  expect(begun().some((call) => call.startsWith('third'))).toBe(false);
  await world.delete(second, 0);
  await world.close();
});
