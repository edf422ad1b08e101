import { expect, test } from 'vitest';
import { refusing, unreachable } from '../rig/api-faults.ts';
import { callsOf, expectPromisesKept, livingWorld, newWorld, uidOf } from '../rig/living-world.ts';

test('A token that has expired is read again at the first 401, and the request is sent once more', async () => {
  const world = await livingWorld(['web']);
  let refused = 0;
  let next401 = true;
  world.door.addFault((exchange, next) => {
    if (exchange.verb !== 'patch' || !next401) return next(exchange);
    next401 = false;
    refused++;
    return refusing(() => true, { code: 401, reason: 'Unauthorized' })(exchange, next);
  });
  world.backend.restart(uidOf(world, 'web'));
  await world.run(100);
  expect(refused).toBe(1);
  expect(world.user.pod('web')?.status?.containerStatuses).toMatchObject([{ restartCount: 1 }]);
  await expectPromisesKept(world);
});

test('When the right to write statuses is taken away, pods run on, and all is told once it is given back', async () => {
  const world = await livingWorld(['web', 'job']);
  const end = world.door.addFault(
    refusing(({ verb, path }) => verb === 'patch' && path.endsWith('/status'), { code: 403, reason: 'Forbidden' }),
  );
  world.backend.finish(uidOf(world, 'job'), 3);
  await world.user.deletePod('job');
  await world.run(120_000);
  expect(world.user.pod('job')?.status?.phase).toBe('Running');
  expect(callsOf(world, 'deletePod')).toBe(0);
  end();
  await expectPromisesKept(world);
});

test('When the right to delete pods is taken away, a pod that has ended stays in both worlds until it is given back', async () => {
  const world = await livingWorld(['web']);
  const uid = uidOf(world, 'web');
  const end = world.door.addFault(refusing(({ verb }) => verb === 'delete', { code: 403, reason: 'Forbidden' }));
  await world.user.deletePod('web');
  await world.run(60_000);
  expect(world.user.pod('web')?.status?.phase).toBe('Succeeded');
  expect(world.backend.objects.has(uid)).toBe(true);
  end();
  await expectPromisesKept(world);
  expect(world.backend.objects.has(uid)).toBe(false);
});

test('A process that begins before the API server does starts its work as soon as that is there, or ends and says why', async () => {
  const world = newWorld();
  const end = world.door.addFault(unreachable());
  const running = world.start();
  await world.run(30_000);
  expect(callsOf(world, 'createPod')).toBe(0);
  end();
  await world.run(30_000);
  const { startFailure } = running.process;
  if (startFailure === undefined) {
    await expectPromisesKept(world);
    return;
  }
  expect(startFailure).toMatchObject({ name: 'KubeConnectionError' });
});
