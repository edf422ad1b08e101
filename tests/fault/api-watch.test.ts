import { expect, test } from 'vitest';
import { answerWith } from '../rig/api-door.ts';
import { changingLines, endOfStream, refusing, statusText, watchOf } from '../rig/api-faults.ts';
import { callsOf, expectPromisesKept, livingWorld, uidOf } from '../rig/living-world.ts';
import type { World } from '../rig/world.ts';

/** How often the pods were listed anew: streamed by a watch, or by a list of the node's pods. */
function relists(world: World): number {
  return world.history.entries.filter((entry) => {
    if (entry.kind !== 'request' || entry.method !== 'GET' || entry.path !== '/api/v1/pods') return false;
    return entry.query['sendInitialEvents'] === true || entry.query['watch'] === undefined;
  }).length;
}

/** Changes that only a watch, or a list, brings: one pod removed by force, one made, one changed. */
async function changeEverything(world: World): Promise<void> {
  await world.user.deletePod('gone', 0);
  await world.user.createPod('late');
  await world.user.setImage('web', 'app:2');
}

test('A watch that is cut in the middle of a line loses no change', async () => {
  const world = await livingWorld(['web', 'gone']);
  let cuts = 5;
  world.door.addFault(changingLines(watchOf('pods'), (line) => (cuts-- > 0 ? endOfStream : line)));
  world.door.breakStreams();
  await changeEverything(world);
  await expectPromisesKept(world);
  expect(cuts).toBeLessThanOrEqual(0);
});

test('A line that is not JSON breaks the watch off, and loses no change', async () => {
  const world = await livingWorld(['web', 'gone']);
  let lines = 0;
  world.door.addFault(changingLines(watchOf('pods'), (line) => (++lines === 2 ? '<html>bad gateway</html>' : line)));
  world.door.breakStreams();
  await changeEverything(world);
  await expectPromisesKept(world);
});

test.for(['as an HTTP status', 'as an event'])(
  'When the place in history is gone, told %s, everything is listed again and nothing is lost',
  async (form) => {
    const world = await livingWorld(['web', 'gone']);
    const before = relists(world);
    let told = false;
    world.door.addFault((exchange, next) => {
      if (told || !watchOf('pods')(exchange) || exchange.query?.['resourceVersion'] === undefined)
        return next(exchange);
      told = true;
      const status = statusText(410, 'Expired', 'too old resource version');
      return Promise.resolve(
        form === 'as an event' ? answerWith(200, `{"type":"ERROR","object":${status}}\n`) : answerWith(410, status),
      );
    });
    world.door.breakStreams();
    await changeEverything(world);
    await expectPromisesKept(world);
    expect(told).toBe(true);
    expect(relists(world)).toBe(before + 1);
  },
);

test('A stream of bookmarks alone is no news of pods, and keeps the place: after a compaction nothing is listed again', async () => {
  const world = await livingWorld(['web', 'gone']);
  const before = relists(world);
  world.door.cluster.registry.store.compact();
  await world.run(75_000);
  world.door.breakStreams();
  await changeEverything(world);
  await expectPromisesKept(world);
  expect(relists(world)).toBe(before);
});

test('Where watches are refused the streamed list, pods are listed page by page', async () => {
  const world = await livingWorld(['web'], {});
  world.door.addFault(
    refusing(({ query }) => query?.['sendInitialEvents'] !== undefined, { code: 422, reason: 'Invalid' }),
  );
  const { process } = world.processes[0] ?? {};
  if (process !== undefined) world.cut(process);
  world.start();
  await world.run(2_000);
  await world.user.createPod('late');
  await expectPromisesKept(world);
  expect(callsOf(world, 'createPod', uidOf(world, 'web'))).toBe(1);
});

test.for([1, 2, 5])(
  'A list whose continue token expires %i times is begun again, and takes no pod for gone',
  async (times) => {
    const world = await livingWorld(['a', 'b', 'c']);
    let left = times;
    world.door.addFault(
      refusing(({ query }) => query?.['sendInitialEvents'] !== undefined, { code: 422, reason: 'Invalid' }),
    );
    world.door.addFault((exchange, next) => {
      if (exchange.verb !== 'list' || exchange.path !== '/api/v1/pods') return next(exchange);
      const { query } = exchange;
      if (query?.['continue'] !== undefined && left-- > 0)
        return Promise.resolve(answerWith(410, statusText(410, 'Expired', 'the continue parameter is too old')));
      return next({ ...exchange, query: { ...query, ...(query?.['limit'] !== undefined && { limit: 1 }) } });
    });
    const { process } = world.processes[0] ?? {};
    if (process !== undefined) world.cut(process);
    world.start();
    await world.run(30_000);
    await world.user.deletePod('b');
    await expectPromisesKept(world);
    for (const name of ['a', 'c']) expect(callsOf(world, 'createPod', uidOf(world, name))).toBe(1);
  },
);

test('An empty list from a broken server stops no pod, also none that was known before', async () => {
  const world = await livingWorld(['web', 'other']);
  const end = world.door.addFault(
    changingLines(
      ({ verb, path, query }) => verb === 'watch' && path === '/api/v1/pods' && query?.['sendInitialEvents'] === true,
      (line) => (line.startsWith('{"type":"ADDED"') ? undefined : line),
    ),
  );
  const expire = world.door.addFault(
    refusing(({ verb, query }) => verb === 'watch' && query?.['resourceVersion'] !== undefined, {
      code: 410,
      reason: 'Expired',
    }),
  );
  world.door.breakStreams();
  await world.run(5_000);
  expire();
  await world.run(60_000);
  expect(callsOf(world, 'deletePod') + callsOf(world, 'removePod')).toBe(0);
  end();
  world.door.cluster.registry.store.compact();
  world.door.breakStreams();
  await expectPromisesKept(world);
  await world.user.setImage('web', 'app:2');
  await expectPromisesKept(world);
  for (const name of ['web', 'other']) expect(callsOf(world, 'createPod', uidOf(world, name))).toBe(1);
});

test('An empty list from a broken server stops no pod of a process that has just begun', async () => {
  const world = await livingWorld(['web', 'other']);
  const { process } = world.processes[0] ?? {};
  if (process !== undefined) world.cut(process);
  const end = world.door.addFault(
    changingLines(
      ({ verb, path, query }) => verb === 'watch' && path === '/api/v1/pods' && query?.['sendInitialEvents'] === true,
      (line) => (line.startsWith('{"type":"ADDED"') ? undefined : line),
    ),
  );
  world.start();
  await world.run(60_000);
  expect(callsOf(world, 'deletePod') + callsOf(world, 'removePod')).toBe(0);
  end();
  world.door.cluster.registry.store.compact();
  world.door.breakStreams();
  await expectPromisesKept(world);
});

/** A history that is far ahead of its copy. A watch hears of it by its next bookmark. */
async function writeMuch(world: World): Promise<void> {
  for (let count = 0; count < 300; count++) {
    await world.user.send('POST', '/api/v1/namespaces/default/configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `filler-${count}` },
    });
  }
}

/** A watch that waits for a version from before the copy is given up after it was silent for two minutes, twice. */
const noticeMilliseconds = 300_000;

test('An end that an API server which came back from a copy has lost is told again before the pod is removed', async () => {
  const world = await livingWorld([]);
  const copy = world.copyApi();
  await world.user.createPod('job');
  await world.run(6_000);
  const restore = copy();
  world.backend.finish(uidOf(world, 'job'), 3);
  await world.run(1_000);
  restore();
  // The versions of the copy overtake those of before while the watch waits for them: nothing tells of the break.
  await writeMuch(world);
  await world.user.deletePod('job');
  await expectPromisesKept(world);
  expect(world.user.pod('job')).toBeUndefined();
});

test('After the API server came back from a copy, what the API says now counts: no pod runs twice, and changes get through', async () => {
  const world = await livingWorld([]);
  const copy = world.copyApi();
  for (const name of ['web', 'old', 'forced', 'job']) await world.user.createPod(name);
  await world.run(6_000);
  const restore = copy();
  // None of this is in the copy: a pod made, one ended, two gone, one changed.
  await world.user.createPod('late');
  world.backend.finish(uidOf(world, 'job'), 3);
  await world.user.deletePod('old');
  await world.user.deletePod('forced', 0);
  await world.user.setImage('web', 'app:2');
  await world.run(15_000);
  const late = uidOf(world, 'late');
  expect(world.backend.objects.get(late)?.phase).toBe('Running');
  await writeMuch(world);
  await world.run(70_000);
  restore();
  await world.run(15_000);
  await world.user.setImage('web', 'app:3');
  await world.user.deletePod('job');
  await world.user.createPod('new');
  await expectPromisesKept(world, { withinMilliseconds: noticeMilliseconds });
  expect(world.user.pod('old')?.status).toMatchObject({ phase: 'Failed', reason: 'NotFound' });
  expect(world.user.pod('forced')?.status).toMatchObject({ phase: 'Failed', reason: 'NotFound' });
  expect(world.user.pod('job')).toBeUndefined();
  expect(world.backend.objects.has(late)).toBe(false);
});

test('After the API server came back from a copy under running pods, their next states are told', async () => {
  const world = await livingWorld([]);
  const copy = world.copyApi();
  await world.user.createPod('web');
  await world.run(6_000);
  const restore = copy();
  for (let count = 0; count < 5; count++) {
    world.backend.restart(uidOf(world, 'web'));
    await world.run(1_000);
  }
  await writeMuch(world);
  await world.run(70_000);
  restore();
  await expectPromisesKept(world, { withinMilliseconds: noticeMilliseconds });
  expect(world.user.pod('web')?.status?.containerStatuses).toMatchObject([{ restartCount: 5 }]);
  await world.user.deletePod('web');
  await expectPromisesKept(world);
  expect(world.user.pod('web')).toBeUndefined();
});
