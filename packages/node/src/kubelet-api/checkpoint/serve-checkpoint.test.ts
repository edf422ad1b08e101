import { afterEach, expect, test } from 'vitest';
import { NotFound } from '../../provider/errors/not-found.ts';
import type { Provider } from '../../provider/provider.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { sampleNode } from '../testing/sample-node.ts';
import { startApi, type StartedApi } from '../testing/start-api.ts';
import { reasonOf } from '../testing/streams.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Checkpoint = NonNullable<Provider['checkpointContainer']>;

async function start(checkpointContainer: Checkpoint, clock?: FakeClock): Promise<StartedApi> {
  const node = sampleNode({ provider: { checkpointContainer } });
  const api = await startApi({ node, ...(clock !== undefined && { clock }) });
  stops.push(api.stop);
  return api;
}

const post = { method: 'POST' };
const path = '/checkpoint/default/web/app';

test('the answer names the archives that were written of the container', async () => {
  const asked: unknown[] = [];
  const { get } = await start(async (ref, container) => {
    asked.push(ref.uid, container);
    return { items: ['/a.tar', '/b.tar'] };
  });
  const answer = await get(path, post);
  expect(answer).toMatchObject({ status: 200, body: '{"items":["/a.tar","/b.tar"]}' });
  expect(answer.headers['content-type']).toBe('application/json');
  expect(asked).toEqual(['uid-of-web', 'app']);
});

test('a pod or container that is not there is 404, and so is a time limit that is no number, as with the kubelet', async () => {
  const { get } = await start(async () => ({ items: [] }));
  expect(await get('/checkpoint/default/gone/app', post)).toMatchObject({ status: 404 });
  expect(await get('/checkpoint/default/web/gone', post)).toMatchObject({ status: 404 });
  expect(await get(`${path}?timeout=soon`, post)).toMatchObject({ status: 404 });
});

test('a checkpoint that takes longer than it may is given up, and the next one may begin', async () => {
  const clock = new FakeClock();
  let times = 0;
  const { get } = await start(async (_ref, _container, { signal }) => {
    times += 1;
    if (times > 1) return { items: [] };
    throw await reasonOf(signal);
  }, clock);
  const slow = get(`${path}?timeout=30`, post);
  await clock.whenPending(2);
  await clock.advance(30_000);
  expect(await slow).toMatchObject({ status: 504, body: 'no checkpoint was written within 30 s\n' });
  expect(await get(path, post)).toMatchObject({ status: 200 });
});

test('after a checkpoint that failed the next one may begin', async () => {
  const { get } = await start(() => Promise.reject(new NotFound('no such container')));
  expect(await get(path, post)).toMatchObject({ status: 404, body: 'no such container\n' });
  expect(await get(path, post)).toMatchObject({ status: 404 });
});
