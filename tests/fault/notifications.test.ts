import type { BackendPod, GonePod } from '@vk/node/provider';
import { expect, test } from 'vitest';
import { untilAborted, watchOf } from '../rig/api-faults.ts';
import { callsOf, expectPromisesKept, livingWorld, newWorld, statusWrites, uidOf } from '../rig/living-world.ts';
import type { World } from '../rig/world.ts';

/** Sends something to whoever listens, as the backend would. */
function notify(world: World, pod: unknown): void {
  for (const subscriber of world.backend.subscribers) subscriber(pod as BackendPod | GonePod);
}

function report(world: World, name: string): BackendPod {
  const pod = world.backend.report(uidOf(world, name));
  if (pod === undefined) throw new Error(`the backend has no pod ${name}`);
  return pod;
}

/** A pod that nobody knows, under somebody's stamp or none. */
function stranger(clusterId: string | undefined, name = 'stranger'): BackendPod {
  const ref = { namespace: 'default', name, uid: `uid-of-${name}` };
  return {
    ref,
    status: { phase: 'Running', message: 'revision 1' },
    ...(clusterId !== undefined && { ownership: { ...ref, clusterId, nodeName: 'node-1' } }),
  };
}

test('Notifications of pods that nobody knows make no calls that change anything, whatever stamp they carry', async () => {
  const world = await livingWorld(['web']);
  const writes = statusWrites(world);
  notify(world, stranger(undefined));
  notify(world, stranger('another-cluster'));
  notify(world, stranger(world.clusterId));
  notify(world, { ref: stranger(undefined).ref, gone: true });
  await world.run(60_000);
  expect(['createPod', 'deletePod', 'removePod'].map((method) => callsOf(world, method, 'uid-of-stranger'))).toEqual([
    0, 0, 0,
  ]);
  expect(statusWrites(world)).toBe(writes);
  await expectPromisesKept(world);
});

test('A notification under the name of a pod and another UID changes nothing of that pod', async () => {
  const world = await livingWorld(['web']);
  notify(world, { ...stranger(undefined, 'web'), status: { phase: 'Failed' } });
  notify(world, { ref: stranger(undefined, 'web').ref, gone: true });
  await world.run(10_000);
  expect(world.user.pod('web')?.status?.phase).toBe('Running');
  await expectPromisesKept(world);
});

test('A notification that comes again is not written again', async () => {
  const world = await livingWorld(['web']);
  world.faults.notify = (pod, deliver) => {
    for (let count = 0; count < 5; count++) deliver(structuredClone(pod));
  };
  const writes = statusWrites(world);
  world.backend.restart(uidOf(world, 'web'));
  await world.run(1_000);
  world.backend.tellAgain(uidOf(world, 'web'));
  await world.run(1_000);
  expect(statusWrites(world)).toBe(writes + 1);
  await expectPromisesKept(world);
});

test('A notification that comes late does not bring a finished pod back to life, in the API or in the backend', async () => {
  const world = await livingWorld(['job']);
  const running = report(world, 'job');
  world.backend.finish(uidOf(world, 'job'), 3);
  notify(world, running);
  await world.run(5_000);
  notify(world, running);
  await world.run(5_000);
  expect(world.user.pod('job')?.status).toMatchObject({
    phase: 'Failed',
    containerStatuses: [{ state: { terminated: { exitCode: 3 } } }],
  });
  expect(callsOf(world, 'createPod', uidOf(world, 'job'))).toBe(1);
  await expectPromisesKept(world);
});

test('After notifications in the wrong order the next listing sets the status right', async () => {
  const world = await livingWorld(['web']);
  const held: (() => void)[] = [];
  world.faults.notify = (pod, deliver) => void held.push(() => deliver(pod));
  for (let count = 0; count < 3; count++) world.backend.restart(uidOf(world, 'web'));
  delete world.faults.notify;
  for (const deliver of held.reverse()) deliver();
  await world.run(310_000);
  expect(world.user.pod('web')?.status?.containerStatuses).toMatchObject([{ restartCount: 3 }]);
});

test('Notifications that are lost are made up for by the next listing', async () => {
  const world = await livingWorld(['web', 'job']);
  world.faults.notify = () => undefined;
  world.backend.restart(uidOf(world, 'web'));
  world.backend.finish(uidOf(world, 'job'), 3);
  await expectPromisesKept(world, { withinMilliseconds: 310_000 });
});

test('What is notified before the pods are listed is not acted on, and is not lost', async () => {
  const world = newWorld();
  const first = world.start();
  await world.run(1_000);
  for (const name of ['web', 'job', 'gone']) await world.user.createPod(name);
  await world.run(6_000);
  const gone = uidOf(world, 'gone');
  world.cut(first.process);
  await world.user.deletePod('gone', 0);
  let blocked = true;
  world.door.addFault(async (exchange, next) => {
    if (blocked && (watchOf('pods')(exchange) || exchange.verb === 'list')) await untilAborted(exchange.signal);
    return next(exchange);
  });
  const calls = callsOf(world, 'createPod') + callsOf(world, 'deletePod') + callsOf(world, 'removePod');
  world.start();
  await world.run(5_000);
  world.backend.finish(uidOf(world, 'job'), 3);
  for (const uid of [uidOf(world, 'web'), gone]) world.backend.tellAgain(uid);
  await world.run(20_000);
  expect(callsOf(world, 'createPod') + callsOf(world, 'deletePod') + callsOf(world, 'removePod')).toBe(calls);
  blocked = false;
  await expectPromisesKept(world);
  expect(world.user.pod('job')?.status?.phase).toBe('Failed');
  expect(world.backend.objects.has(gone)).toBe(false);
});

test('Notifications of a pod that is gone from both worlds lead to no write and no create', async () => {
  const world = await livingWorld(['web', 'other']);
  const running = report(world, 'web');
  await world.user.deletePod('web');
  await expectPromisesKept(world);
  const writes = statusWrites(world);
  for (let count = 0; count < 3; count++) notify(world, running);
  notify(world, { ref: running.ref, gone: true });
  await world.run(60_000);
  expect(statusWrites(world)).toBe(writes);
  expect(callsOf(world, 'createPod', running.ref.uid)).toBe(1);
  expect(world.user.pod('web')).toBeUndefined();
  await expectPromisesKept(world);
});

test('A subscription that ends or fails is begun again, and nothing is missed in between', async () => {
  const world = newWorld();
  let rounds = 0;
  world.faults.replace = {
    notifyPods: async (_onPod, { signal }) => {
      rounds++;
      if (rounds % 2 === 0) throw new Error('the stream broke');
      if (rounds < 4) return;
      await untilAborted(signal);
    },
  };
  world.start();
  await world.run(1_000);
  await world.user.createPod('web');
  await expectPromisesKept(world, { withinMilliseconds: 400_000 });
  expect(rounds).toBeGreaterThanOrEqual(4);
});

test.for([{ notifying: true }, { notifying: false }])(
  'A provider that lists objects of another cluster, of another node or without a stamp has none of them touched (notifying: $notifying)',
  async (kind) => {
    const world = newWorld(kind);
    const stamps = [
      { clusterId: 'another-cluster', nodeName: 'node-1' },
      { clusterId: world.clusterId, nodeName: 'another-node' },
    ].map((identity, index) => ({
      ...identity,
      namespace: 'default',
      name: `theirs-${index}`,
      uid: `theirs-${index}`,
    }));
    for (const stamp of stamps) world.backend.create(stamp, { hash: 'theirs', image: 'app:0' }, 'earlier');
    world.faults.wrap = (provider) => ({
      ...provider,
      getPods: async () => {
        const all = [...world.backend.objects.keys()].flatMap((uid) => world.backend.report(uid) ?? []);
        return [...all, stranger(undefined)];
      },
    });
    world.start();
    await world.run(1_000);
    await world.user.createPod('web');
    await world.run(60_000);
    for (const { uid } of stamps) {
      expect(world.backend.objects.get(uid)?.phase).toBe('Running');
      expect(callsOf(world, 'deletePod', uid) + callsOf(world, 'removePod', uid)).toBe(0);
    }
    await expectPromisesKept(world);
  },
);

test('An answer about a pod that was made before a notification, and comes after it, is not written', async () => {
  const world = newWorld();
  world.start();
  await world.run(1_000);
  let failures = 1;
  const release = Promise.withResolvers<void>();
  world.faults.after = async (method) => {
    if (method === 'createPod' && failures-- > 0) throw new Error('the answer was lost');
    if (method === 'getPod') await release.promise;
  };
  world.faults.notify = () => undefined;
  await world.user.createPod('web');
  await world.run(300);
  delete world.faults.notify;
  await world.run(3_000);
  world.backend.restart(uidOf(world, 'web'));
  await world.run(1_000);
  expect(world.user.pod('web')?.status?.containerStatuses).toMatchObject([{ restartCount: 1 }]);
  release.resolve();
  await world.run(1_000);
  await expectPromisesKept(world);
});
