import type { BackendPod, Provider } from '@vk/node/provider';
import { expect, test } from 'vitest';
import { expectPromisesKept, livingWorld, newWorld } from '../rig/living-world.ts';
import type { World } from '../rig/world.ts';

const boom = (): never => {
  throw new TypeError("cannot read properties of undefined (reading 'boom')");
};

/** Something that a provider's mistake does to the pod named `bad`, and to no other. */
interface Mistake {
  readonly what: string;
  readonly make: (
    provider: Required<Pick<Provider, 'createPod' | 'deletePod' | 'getPod' | 'updatePod'>>,
  ) => Partial<Provider>;
}

const mistakes: readonly Mistake[] = [
  { what: 'refuse throws', make: () => ({ refuse: (pod) => (pod.metadata?.name === 'bad' ? boom() : []) }) },
  {
    what: 'refuse gives back nothing',
    make: () => ({ refuse: (pod) => (pod.metadata?.name === 'bad' ? (undefined as never) : []) }),
  },
  {
    what: 'createPod throws before it gives a promise',
    make: ({ createPod }) => ({
      createPod: (pod, call) => (pod.ownership.name === 'bad' ? boom() : createPod(pod, call)),
    }),
  },
  {
    what: 'createPod rejects with something that is no error',
    make: ({ createPod }) => ({
      createPod: (pod, call) => (pod.ownership.name === 'bad' ? rejectOddly() : createPod(pod, call)),
    }),
  },
  {
    what: 'getPod throws before it gives a promise',
    make: ({ getPod }) => ({ getPod: (ref, call) => (ref.name === 'bad' ? boom() : getPod(ref, call)) }),
  },
  {
    what: 'getPod gives back garbage',
    make: ({ getPod }) => ({
      getPod: (ref, call) => (ref.name === 'bad' ? Promise.resolve(null as never) : getPod(ref, call)),
    }),
  },
  {
    what: 'getPod gives back a status that is none',
    make: ({ getPod }) => ({
      getPod: (ref, call) =>
        ref.name === 'bad'
          ? Promise.resolve({ ref, status: { phase: 7, containerStatuses: 'none' } } as never)
          : getPod(ref, call),
    }),
  },
  {
    what: 'deletePod throws before it gives a promise',
    make: ({ deletePod }) => ({
      deletePod: (ref, options, call) => (ref.name === 'bad' ? boom() : deletePod(ref, options, call)),
    }),
  },
  {
    what: 'updatePod throws before it gives a promise',
    make: ({ updatePod }) => ({
      updatePod: (pod, previous, call) => (pod.ownership.name === 'bad' ? boom() : updatePod(pod, previous, call)),
    }),
  },
];

function rejectOddly(): Promise<never> {
  return new Promise((_resolve, reject) => {
    reject();
  });
}

/** Lives the life of another pod, and ends it. */
async function expectOthersLive(world: World): Promise<void> {
  await world.user.createPod('good');
  await world.run(12_000);
  expect(world.user.pod('good')?.status?.phase).toBe('Running');
  await world.user.setImage('good', 'app:2');
  await world.user.deletePod('good');
  await world.run(12_000);
  expect(world.user.pod('good')).toBeUndefined();
  expect(world.processes.map(({ process }) => process.failure)).toEqual([undefined]);
}

test.for(mistakes.flatMap((mistake) => [true, false].map((notifying) => ({ ...mistake, notifying }))))(
  'When $what, neither the process nor another pod comes to harm, and the pod is well once it is mended (notifying: $notifying)',
  async ({ make, notifying }) => {
    const world = newWorld({ notifying });
    let broken = true;
    world.faults.wrap = (provider) => {
      const mended = { ...provider };
      const replaced = make(provider);
      return new Proxy(mended, {
        get: (target, key) => Reflect.get(broken && key in replaced ? replaced : target, key),
      });
    };
    world.start();
    await world.run(1_000);
    await world.user.createPod('bad');
    await world.run(5_000);
    await world.user.setImage('bad', 'app:2');
    await expectOthersLive(world);
    await world.user.deletePod('bad');
    await world.run(5_000);
    broken = false;
    await expectPromisesKept(world, { withinMilliseconds: 200_000 });
  },
);

const garbage: readonly { readonly what: string; readonly pods: unknown }[] = [
  { what: 'nothing', pods: undefined },
  { what: 'null', pods: null },
  { what: 'a text', pods: 'pods' },
  { what: 'a list of nulls', pods: [null, undefined] },
  { what: 'a list of objects that are no pods', pods: [{}, { ref: {} }, { ref: { uid: 7 } }] },
];

test.for(garbage.flatMap((one) => [true, false].map((notifying) => ({ ...one, notifying }))))(
  'When getPods gives back $what, the process goes on and no pod is taken for lost (notifying: $notifying)',
  async ({ pods, notifying }) => {
    const world = await livingWorld(['web'], { notifying });
    let broken = true;
    const { process } = world.processes[0] ?? {};
    if (process !== undefined) world.cut(process);
    world.faults.wrap = (provider) => ({
      ...provider,
      getPods: (call) => (broken ? Promise.resolve(pods as readonly BackendPod[]) : provider.getPods(call)),
    });
    world.start();
    await world.run(60_000);
    expect(world.user.pod('web')?.status?.phase).toBe('Running');
    broken = false;
    await world.user.createPod('late');
    await expectPromisesKept(world, { withinMilliseconds: 400_000 });
  },
);

test('Notifications that are no pods are reported, and others are still heard', async () => {
  const world = await livingWorld(['web']);
  for (const pod of [
    undefined,
    null,
    7,
    'pod',
    {},
    { ref: null },
    { ref: {}, gone: true },
    { ref: { uid: 'x' }, status: 5 },
  ]) {
    for (const subscriber of world.backend.subscribers) subscriber(pod as never);
  }
  await expectOthersLive(world);
  await expectPromisesKept(world);
});

test('A report of a pod with a status that is none keeps nobody else waiting, and is forgotten with the next', async () => {
  const world = await livingWorld(['web', 'bad']);
  const bad = world.user.pod('bad')?.metadata?.uid ?? '';
  const report = world.backend.report(bad);
  for (const status of [{ phase: 'Running', containerStatuses: [null] }, { phase: [] }, { conditions: 'none' }, 'up']) {
    for (const subscriber of world.backend.subscribers) subscriber({ ...report, status } as never);
    await world.run(1_000);
  }
  await expectOthersLive(world);
  world.backend.restart(bad);
  await expectPromisesKept(world, { withinMilliseconds: 400_000 });
});

test('A provider whose ping throws makes the node not ready and touches no pod', async () => {
  const world = await livingWorld(['web']);
  let broken = true;
  world.faults.before = (method) => {
    if (method === 'ping' && broken) boom();
  };
  await world.run(30_000);
  const node = world.door.cluster.registry.store.get('nodes', 'node-1')?.object as
    | { readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] } }
    | undefined;
  expect(node?.status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('False');
  broken = false;
  await expectOthersLive(world);
  await expectPromisesKept(world);
});

test.for(['configureNode', 'create'])(
  'A provider whose %s throws ends the start with that error, and nothing was touched',
  async (where) => {
    const world = newWorld();
    world.faults.wrap = (provider) => (where === 'create' ? boom() : { ...provider, configureNode: boom });
    const { process, ended } = world.start();
    await world.run(60_000);
    await ended;
    expect(process.startFailure).toBeInstanceOf(TypeError);
    expect(world.door.cluster.registry.store.get('nodes', 'node-1')).toBeUndefined();
  },
);
