import { RetryAfter } from '@vk/node/provider';
import { expect, test } from 'vitest';
import { podStatusWrite, unreachable, untilAborted } from '../rig/api-faults.ts';
import { callsOf, expectPromisesKept, livingWorld, newWorld, uidOf } from '../rig/living-world.ts';
import type { World } from '../rig/world.ts';

const kinds = [{ notifying: true }, { notifying: false }];
const numbers = [1, 2, 3, 4, 5, 6];

/** A world with a process, before any pod. */
async function emptyWorld(options: ConstructorParameters<typeof World>[0]): Promise<World> {
  const world = newWorld(options);
  world.start();
  await world.run(1_000);
  return world;
}

test.for(['createPod', 'deletePod', 'getPod'])(
  'More pods whose %s hangs than there are workers keep no other pod waiting, and are well once it does not',
  async (method) => {
    const world = await emptyWorld({
      notifying: false,
      nodeOptions: { podSyncWorkers: 2, providerTimeoutMilliseconds: 20_000 },
    });
    const hanging = numbers.map((number) => `hanging-${number}`);
    let hangs = method !== 'deletePod';
    world.faults.before = async (called, ref, call) => {
      if (hangs && called === method && ref?.name.startsWith('hanging') === true) await untilAborted(call.signal);
    };
    for (const name of hanging) await world.user.createPod(name);
    await world.run(3_000);
    hangs = true;
    if (method === 'deletePod') for (const name of hanging) await world.user.deletePod(name);
    await world.run(3_000);
    await world.user.createPod('good');
    await world.run(20_000);
    expect(world.user.pod('good')?.status?.phase).toBe('Running');
    await world.user.deletePod('good');
    await world.run(20_000);
    expect(world.user.pod('good')).toBeUndefined();
    hangs = false;
    await expectPromisesKept(world, { withinMilliseconds: 200_000 });
  },
);

test('Creates that ignore their signal and come true late make no second object, and lend their workers', async () => {
  const world = await emptyWorld({
    notifying: true,
    nodeOptions: { podSyncWorkers: 2, providerTimeoutMilliseconds: 10_000 },
  });
  const release = Promise.withResolvers<void>();
  let hangs = numbers.length;
  world.faults.before = async (called) => {
    if (called === 'createPod' && hangs-- > 0) await release.promise;
  };
  for (const number of numbers) await world.user.createPod(`late-${number}`);
  await world.run(5_000);
  await world.user.createPod('good');
  await world.run(20_000);
  expect(world.user.pod('good')?.status?.phase).toBe('Running');
  await world.user.deletePod('late-1', 0);
  await world.run(60_000);
  release.resolve();
  await expectPromisesKept(world, {
    withinMilliseconds: 400_000,
    repeatedCreateAllowed: true,
    lateCreateAllowed: true,
  });
});

test.for(kinds)(
  'A provider that asks to come back later is left alone for that long (notifying: $notifying)',
  async (kind) => {
    const world = await emptyWorld(kind);
    const times: number[] = [];
    world.faults.before = (method) => {
      if (method !== 'createPod') return;
      times.push(world.clock.monotonic());
      if (times.length < 4) throw new RetryAfter(15_000, 'throttled');
    };
    await world.user.createPod('web');
    await world.run(60_000);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gaps).toHaveLength(3);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(15_000);
    await expectPromisesKept(world);
  },
);

test.for(kinds)(
  'A create that failed, and yet took place, is adopted and not repeated (notifying: $notifying)',
  async (kind) => {
    const world = await emptyWorld(kind);
    let failures = 3;
    world.faults.after = (method) => {
      if (method === 'createPod' && failures-- > 0) throw new Error('the answer was lost');
    };
    for (const name of ['a', 'b', 'c', 'd']) await world.user.createPod(name);
    await world.run(10_000);
    for (const name of ['a', 'b', 'c', 'd']) expect(callsOf(world, 'createPod', uidOf(world, name))).toBe(1);
    await expectPromisesKept(world);
  },
);

test.for(kinds)(
  'A create that timed out, and yet took place, is adopted and not repeated (notifying: $notifying)',
  async (kind) => {
    const world = await emptyWorld({ ...kind, nodeOptions: { providerTimeoutMilliseconds: 5_000 } });
    let hangs = true;
    world.faults.after = async (method, _ref, call) => {
      if (method === 'createPod' && hangs) await untilAborted(call.signal);
    };
    await world.user.createPod('web');
    await world.run(20_000);
    hangs = false;
    expect(callsOf(world, 'createPod', uidOf(world, 'web'))).toBe(1);
    await expectPromisesKept(world);
  },
);

test.for(kinds)(
  'When some calls fail now and then, every pod gets where it should (notifying: $notifying)',
  async (kind) => {
    const world = await emptyWorld({ ...kind, seed: 7 });
    world.faults.before = () => {
      if (world.random() < 0.3) throw new Error('the backend has a bad day');
    };
    world.faults.after = () => {
      if (world.random() < 0.2) throw new Error('the answer was lost');
    };
    for (const number of numbers) await world.user.createPod(`pod-${number}`);
    await world.run(30_000);
    for (const number of [1, 2, 3]) await world.user.deletePod(`pod-${number}`);
    await world.user.setImage('pod-4', 'app:2');
    await world.run(30_000);
    delete world.faults.before;
    delete world.faults.after;
    await expectPromisesKept(world, { withinMilliseconds: 200_000 });
  },
);

test.for(kinds)('A pod that the backend lost is Failed and never made again (notifying: $notifying)', async (kind) => {
  const world = await livingWorld(['web', 'other'], kind);
  const uid = uidOf(world, 'web');
  world.backend.take(uid, 'lost');
  await world.run(15_000);
  expect(world.user.pod('web')?.status).toMatchObject({ phase: 'Failed', reason: 'NotFound' });
  expect(callsOf(world, 'createPod', uid)).toBe(1);
  await expectPromisesKept(world);
});

test.for(['durable', 'dies-with-process', 'forgets-finished'] as const)(
  'A pod whose create seemed to fail, and that was lost later, is Failed and never made again (%s)',
  async (retention) => {
    const world = await emptyWorld({ retention });
    let failures = 1;
    world.faults.after = (method) => {
      if (method === 'createPod' && failures-- > 0) throw new Error('the answer was lost');
    };
    await world.user.createPod('web');
    await world.run(5_000);
    const uid = uidOf(world, 'web');
    expect(world.user.pod('web')?.status?.phase).toBe('Running');
    world.backend.take(uid, 'lost');
    await world.run(15_000);
    expect(world.user.pod('web')?.status).toMatchObject({ phase: 'Failed', reason: 'NotFound' });
    expect(callsOf(world, 'createPod', uid)).toBe(1);
    await expectPromisesKept(world);
  },
);

test('The end of a lost pod is told from what was reported last, also when the API has not heard of that yet', async () => {
  const world = await livingWorld(['web']);
  const uid = uidOf(world, 'web');
  const end = world.door.addFault(unreachable(podStatusWrite));
  world.backend.restart(uid);
  await world.run(100);
  world.backend.take(uid, 'lost');
  await world.run(1_000);
  end();
  await expectPromisesKept(world);
  expect(world.user.pod('web')?.status).toMatchObject({
    phase: 'Failed',
    reason: 'NotFound',
    containerStatuses: [{ restartCount: 1 }],
  });
});

test.for(kinds)(
  'A delete that fails is tried until it is heard, and the pod stays in the API until it has ended (notifying: $notifying)',
  async (kind) => {
    const world = await livingWorld(['web', 'other'], kind);
    let failures = 5;
    world.faults.before = (method) => {
      if (method === 'deletePod' && failures-- > 0) throw new Error('not now');
    };
    await world.user.deletePod('web');
    await world.run(2_000);
    expect(world.user.pod('web')?.status?.phase).toBe('Running');
    await expectPromisesKept(world);
    expect(world.user.pod('web')).toBeUndefined();
  },
);

test.for(kinds)(
  'A pod that does not stop stays in the API as it is, and is asked again once its grace is over (notifying: $notifying)',
  async (kind) => {
    const world = await livingWorld(['web', 'other'], kind);
    const uid = uidOf(world, 'web');
    const graces: number[] = [];
    world.faults.stop = (_ref, graceSeconds) => void graces.push(graceSeconds);
    await world.user.deletePod('web');
    await world.run(120_000);
    expect(world.user.pod('web')?.status?.phase).toBe('Running');
    expect(graces[0]).toBe(30);
    expect(graces.slice(1)).not.toEqual([]);
    expect(new Set(graces.slice(1))).toEqual(new Set([0]));
    world.backend.finish(uid, 137);
    await expectPromisesKept(world);
    expect(world.user.pod('web')).toBeUndefined();
  },
);

test.for(kinds)(
  'A pod that is removed by force while it is created leaves nothing behind (notifying: $notifying)',
  async (kind) => {
    const world = await emptyWorld({ ...kind, nodeOptions: { providerTimeoutMilliseconds: 10_000 } });
    const release = Promise.withResolvers<void>();
    world.faults.before = async (method, ref) => {
      if (method === 'createPod' && ref?.name === 'web') await release.promise;
    };
    await world.user.createPod('web');
    await world.run(1_000);
    await world.user.deletePod('web', 0);
    await world.user.createPod('web');
    await world.user.createPod('other');
    await world.run(8_000);
    expect(world.user.pod('other')?.status?.phase).toBe('Running');
    release.resolve();
    await expectPromisesKept(world, { withinMilliseconds: 400_000, repeatedCreateAllowed: true });
  },
);

test.for(kinds)(
  'Three pods of one name within one relist: only the last runs, and not before the first has gone (notifying: $notifying)',
  async (kind) => {
    const world = await livingWorld(['web', 'other'], kind);
    const first = uidOf(world, 'web');
    const end = world.door.addFault((exchange, next) =>
      exchange.verb === 'watch' ? untilAborted(exchange.signal) : next(exchange),
    );
    world.door.breakStreams();
    for (let round = 0; round < 2; round++) {
      await world.user.deletePod('web', 0);
      await world.user.createPod('web');
      await world.run(100);
    }
    world.door.cluster.registry.store.compact();
    end();
    await expectPromisesKept(world);
    const ran = new Set(
      world.history.entries.flatMap((entry) =>
        entry.kind === 'backend' && entry.change === 'created' ? [entry.object.stamp.uid] : [],
      ),
    );
    expect(ran).toEqual(new Set([first, uidOf(world, 'other'), uidOf(world, 'web')]));
  },
);

test.for(kinds)(
  'Two processes for one node run no pod twice and remove nothing that is wanted, and one goes on alone (notifying: $notifying)',
  async (kind) => {
    const world = newWorld({ ...kind, latencyMilliseconds: 50 });
    const { process } = world.start();
    world.start();
    await world.run(2_000);
    for (const number of numbers) await world.user.createPod(`pod-${number}`);
    await world.run(5_000);
    await world.user.deletePod('pod-1');
    await world.user.deletePod('pod-2', 0);
    await world.user.createPod('pod-2');
    world.backend.finish(uidOf(world, 'pod-3'), 3);
    await world.user.setImage('pod-4', 'app:2');
    await world.run(10_000);
    world.cut(process);
    await world.user.deletePod('pod-5');
    await expectPromisesKept(world, { repeatedCreateAllowed: true });
    for (const number of [4, 6]) {
      const uid = uidOf(world, `pod-${number}`);
      const created = world.history.entries.filter(
        (entry) => entry.kind === 'backend' && entry.change === 'created' && entry.object.stamp.uid === uid,
      );
      expect(created).toHaveLength(1);
    }
  },
);
