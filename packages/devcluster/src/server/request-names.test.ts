import { afterEach, expect, test } from 'vitest';
import { type ConnectWorld, startConnectWorld } from '../connect/testing/connect-world.ts';

let world: ConnectWorld | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

test('a path with a percent sign that encodes nothing is 400', async () => {
  world = await startConnectWorld();
  expect((await world.ask('/api/v1/nodes/%zz')).status).toBe(400);
  expect((await world.ask('/api/v1/nodes/%ff')).status).toBe(400);
});

test('an impersonation header whose name encodes nothing names what it says', async () => {
  world = await startConnectWorld();
  const headers = { 'Impersonate-User': 'somebody', 'Impersonate-Extra-a%zz': 'b' };
  expect((await world.ask('/api/v1/nodes/node', { headers })).status).toBe(403);
});
