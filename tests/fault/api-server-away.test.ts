import { expect, test } from 'vitest';
import {
  everything,
  halfOpen,
  losingAnswers,
  podStatusWrite,
  refusing,
  unreachable,
  watchOf,
} from '../rig/api-faults.ts';
import { judgeHistory } from '../rig/judge/judge-history.ts';
import { callsOf, expectPromisesKept, livingWorld, uidOf } from '../rig/living-world.ts';
import type { World } from '../rig/world.ts';

/** What happens in the backend while nobody can be told, and what users want as soon as they can say so. */
async function liveThrough(world: World, milliseconds: number, end: () => void): Promise<void> {
  const { backend } = world;
  const job = uidOf(world, 'job');
  const lost = uidOf(world, 'lost');
  await world.run(milliseconds / 2);
  backend.finish(job, 3);
  backend.take(lost, 'lost');
  backend.restart(uidOf(world, 'web'));
  await world.run(milliseconds / 2);
  await world.user.deletePod('gone', 0);
  await world.user.createPod('gone');
  end();
}

const pods = ['web', 'job', 'lost', 'gone'];

async function expectAllTold(world: World): Promise<void> {
  await expectPromisesKept(world, { withinMilliseconds: 200_000 });
  expect(world.user.pod('job')?.status).toMatchObject({
    phase: 'Failed',
    containerStatuses: [{ state: { terminated: { exitCode: 3 } } }],
  });
  expect(world.user.pod('lost')?.status).toMatchObject({ phase: 'Failed', reason: 'NotFound' });
  expect(world.user.pod('web')?.status?.containerStatuses).toMatchObject([{ restartCount: 1 }]);
  expect(callsOf(world, 'createPod', uidOf(world, 'web'))).toBe(1);
}

test.for([1, 30, 300])(
  'After the API server was down for %i s no pod was touched, and everything that happened meanwhile is told',
  async (seconds) => {
    const world = await livingWorld(pods);
    const end = world.door.addFault(unreachable());
    world.door.breakStreams();
    const touched = callsOf(world, 'deletePod') + callsOf(world, 'createPod');
    await liveThrough(world, seconds * 1_000, () => {
      expect(callsOf(world, 'deletePod') + callsOf(world, 'createPod')).toBe(touched);
      end();
    });
    await expectAllTold(world);
  },
);

test.for([
  { code: 500, reason: 'InternalError' },
  { code: 503, reason: 'ServiceUnavailable' },
  { code: 504, reason: 'Timeout' },
  { code: 429, reason: 'TooManyRequests', retryAfterSeconds: 3 },
  { code: 401, reason: 'Unauthorized' },
  { code: 403, reason: 'Forbidden' },
])('After a minute in which every request was answered $code no pod was touched, and all goes on', async (refusal) => {
  const world = await livingWorld(pods);
  const end = world.door.addFault(refusing(everything, refusal));
  world.door.breakStreams();
  const touched = callsOf(world, 'deletePod') + callsOf(world, 'createPod');
  await liveThrough(world, 60_000, () => {
    expect(callsOf(world, 'deletePod') + callsOf(world, 'createPod')).toBe(touched);
    end();
  });
  await expectAllTold(world);
});

test('When the other end of every connection is gone without a word, requests and watches give up and begin anew', async () => {
  const world = await livingWorld(pods);
  const end = world.door.addFault(halfOpen());
  world.door.silenceStreams();
  await liveThrough(world, 60_000, end);
  await expectAllTold(world);
});

test('A watch that falls silent is given up within three minutes, and what it missed is made up for', async () => {
  const world = await livingWorld(['web', 'gone']);
  const gone = uidOf(world, 'gone');
  world.door.silenceStreams();
  await world.user.deletePod('gone', 0);
  await world.run(180_000);
  expect(world.backend.objects.has(gone)).toBe(false);
  await expectPromisesKept(world);
});

test('When the answers of writes are lost, what was written is not taken for unwritten and nothing is done twice', async () => {
  const world = await livingWorld(['web', 'job']);
  const end = world.door.addFault(losingAnswers(({ method }) => method !== 'GET'));
  const job = uidOf(world, 'job');
  world.backend.finish(job, 3);
  await world.user.deletePod('job');
  await world.user.createPod('late');
  await world.run(20_000);
  end();
  await expectPromisesKept(world);
});

test('After a status write without an answer the next one is made from what the API server has, not from what was seen of it', async () => {
  const world = await livingWorld(['web']);
  const uid = uidOf(world, 'web');
  const hash = world.backend.objects.get(uid)?.hash ?? '';
  const image = (): string | undefined => world.user.pod('web')?.status?.containerStatuses?.[0]?.image;
  world.door.addFault(refusing(watchOf('pods'), { code: 503, reason: 'ServiceUnavailable' }));
  world.door.breakStreams();
  const lost = world.door.addFault(losingAnswers(podStatusWrite));
  world.backend.update(uid, { hash, image: 'app:9' });
  await world.run(50);
  expect(image()).toBe('app:9');
  lost();
  // Seen from before the write that nobody answered, this is no change.
  world.backend.update(uid, { hash, image: 'app:1' });
  await world.run(20_000);
  expect(image()).toBe('app:1');
  expect(judgeHistory(world)).toEqual([]);
});

test('A status write that is told to come back later waits for as long as it was told', async () => {
  const world = await livingWorld(['web']);
  const times: number[] = [];
  const end = world.door.addFault((exchange, next) => {
    if (!podStatusWrite(exchange)) return next(exchange);
    times.push(world.clock.monotonic());
    return refusing(everything, { code: 429, reason: 'TooManyRequests', retryAfterSeconds: 7 })(exchange, next);
  });
  world.backend.restart(uidOf(world, 'web'));
  await world.run(30_000);
  end();
  expect(times.length).toBeGreaterThan(2);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(7_000);
  await expectPromisesKept(world);
});

test.for([
  { what: 'a conflict', code: 409, reason: 'Conflict' },
  { what: 'not found, though the pod is there', code: 404, reason: 'NotFound' },
  { what: 'invalid', code: 422, reason: 'Invalid' },
])('A status write that is answered as $what touches no pod and keeps no other one waiting', async (refusal) => {
  const world = await livingWorld(['web', 'other']);
  const touched = callsOf(world, 'deletePod');
  const end = world.door.addFault(
    refusing((exchange) => podStatusWrite(exchange) && exchange.path.includes('/web/'), refusal),
  );
  world.backend.restart(uidOf(world, 'web'));
  world.backend.restart(uidOf(world, 'other'));
  await world.run(2_000);
  expect(world.user.pod('other')?.status?.containerStatuses).toMatchObject([{ restartCount: 1 }]);
  await world.run(30_000);
  end();
  expect(callsOf(world, 'deletePod')).toBe(touched);
  await world.run(60_000);
  expect(world.user.pod('web')?.status?.containerStatuses).toMatchObject([{ restartCount: 1 }]);
  await expectPromisesKept(world);
});

test('A refused live read is not taken for an answer that a pod is gone', async () => {
  const world = await livingWorld(['web', 'gone']);
  const gone = uidOf(world, 'gone');
  const { process } = world.processes[0] ?? {};
  if (process !== undefined) world.cut(process);
  await world.user.deletePod('gone', 0);
  const end = world.door.addFault(
    refusing(({ verb, path }) => verb === 'list' && path.includes('/namespaces/'), { code: 403, reason: 'Forbidden' }),
  );
  world.start();
  await world.run(60_000);
  expect(world.backend.objects.get(gone)?.phase).toBe('Running');
  end();
  await expectPromisesKept(world);
  expect(world.backend.objects.has(gone)).toBe(false);
});

test('A watch that is refused for a while begins again where it was', async () => {
  const world = await livingWorld(['web', 'gone']);
  const end = world.door.addFault(refusing(watchOf('pods'), { code: 500, reason: 'InternalError' }));
  world.door.breakStreams();
  await world.user.deletePod('gone', 0);
  await world.run(30_000);
  end();
  await expectPromisesKept(world);
});
