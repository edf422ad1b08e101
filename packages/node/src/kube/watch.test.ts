import { afterEach, describe, expect, it } from 'vitest';
import { type FakeAnswer, FakeStream } from '../testing/fake-kube-client.ts';
import { bookmark, refusal, startWatch, watchedPod as pod, type WatchScenario } from '../testing/watch-scenario.ts';
import { KubeConnectionError } from './kube-connection-error.ts';

const scenarios: WatchScenario[] = [];

afterEach(async () => {
  for (const scenario of scenarios.splice(0)) await scenario.stop();
});

function setUp(...options: Parameters<typeof startWatch>): WatchScenario {
  const scenario = startWatch(...options);
  scenarios.push(scenario);
  return scenario;
}

describe('a watch', () => {
  /** A watch whose list is done at resourceVersion 10; each stream is the next in `streams`. */
  async function listed(more: FakeAnswer = () => undefined) {
    const streams: FakeStream[] = [];
    const set = setUp(
      (request) => {
        if (request.verb === 'list') return { metadata: { resourceVersion: '10' }, items: [pod('a', '5')] };
        const special = more(request);
        if (special !== undefined) return special;
        const stream = new FakeStream();
        streams.push(stream);
        return stream;
      },
      { watchList: false },
    );
    await set.news();
    const from = (): unknown[] =>
      set.client.requests.filter(({ verb }) => verb === 'watch').map(({ query }) => query?.['resourceVersion']);
    return { ...set, streams, from };
  }

  it('that ends is opened again at once, from the last resourceVersion, bookmarks included, without a list', async () => {
    const { streams, news, from, problems, client } = await listed();
    streams[0]?.send('MODIFIED', pod('a', '11'));
    streams[0]?.send('BOOKMARK', bookmark('15'));
    streams[0]?.end();
    expect(await news()).toEqual(['apply a@11']);
    expect(from()).toEqual(['10', '15']);
    expect(client.requests.filter(({ verb }) => verb === 'list')).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it('never takes a bookmark for an object', async () => {
    const { streams, news } = await listed();
    streams[0]?.send('BOOKMARK', bookmark('15'));
    expect(await news()).toEqual([]);
  });

  it('that ends at once without an event is opened again after the backoff, not in a loop', async () => {
    const { streams, news, problems, clock, from } = await listed();
    streams[0]?.end();
    await news();
    expect(problems).toMatchObject([{ error: { code: 'ShortWatch' }, relist: false, retryInMilliseconds: 800 }]);
    await clock.advance(800);
    expect(from()).toEqual(['10', '10']);
    await clock.advance(1_000);
    streams[1]?.end();
    await news();
    expect(from()).toHaveLength(3);
    expect(problems).toHaveLength(1);
  });

  it.each([
    [
      'an event',
      (stream: FakeStream) => stream.send('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'old' }),
    ],
    ['the HTTP status', (stream: FakeStream) => stream.fail(refusal(410, 'Gone'))],
    [
      'a resourceVersion that the server has not reached',
      (stream: FakeStream) =>
        stream.fail(refusal(504, 'Timeout', { details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } })),
    ],
    ['an event from before the last one', (stream: FakeStream) => stream.send('MODIFIED', pod('a', '9'))],
  ])('lists again when its place in history is gone: %s', async (_name, end) => {
    const { streams, news, problems, clock } = await listed();
    for (const stream of streams) end(stream);
    await news();
    expect(problems).toMatchObject([{ during: 'watching', relist: true }]);
    await clock.advance(800);
    expect(await news()).toEqual(['init', 'init-apply a@5', 'init-done at 10']);
  });

  it('goes on from where it was after any other error, with growing delays, and without a list', async () => {
    const errors: unknown[] = [
      refusal(500, 'InternalError'),
      refusal(403, 'Forbidden'),
      refusal(401, 'Unauthorized'),
      new KubeConnectionError({ message: 'reset', code: 'ECONNRESET' }),
    ];
    let armed = false;
    const { streams, news, problems, clock, from, client } = await listed(() => {
      if (armed && errors.length > 0) throw errors.shift();
      return undefined;
    });
    streams[0]?.send('ADDED', pod('b', '12'));
    streams[0]?.send('ERROR', { kind: 'Status', code: 500, reason: 'InternalError', message: 'etcd' });
    armed = true;
    await clock.advance(60_000);
    expect(await news()).toEqual(['apply b@12']);
    expect(problems.map(({ retryInMilliseconds }) => retryInMilliseconds)).toEqual([800, 1_600, 3_200, 6_400, 12_800]);
    expect(problems.every(({ relist }) => !relist)).toBe(true);
    expect(from()).toEqual(['10', '12', '12', '12', '12', '12']);
    expect(client.requests.filter(({ verb }) => verb === 'list')).toHaveLength(1);
  });

  it('starts its delays again after two quiet minutes', async () => {
    const { streams, news, problems, clock } = await listed();
    streams[0]?.fail(refusal(500, 'InternalError'));
    await clock.advance(800);
    streams[1]?.fail(refusal(500, 'InternalError'));
    await clock.advance(1_600);
    for (let minute = 0; minute < 3; minute++) {
      streams[2]?.send('BOOKMARK', bookmark(String(20 + minute)));
      await clock.advance(60_000);
    }
    streams[2]?.fail(refusal(500, 'InternalError'));
    await news();
    expect(problems.map(({ retryInMilliseconds }) => retryInMilliseconds)).toEqual([800, 1_600, 800]);
  });

  it('is taken for dead after two minutes of silence, and opened again from where it was', async () => {
    const { streams, news, problems, clock, from } = await listed();
    await clock.advance(100_000);
    streams[0]?.send('BOOKMARK', bookmark('20'));
    await clock.advance(119_999);
    expect(problems).toEqual([]);
    await clock.advance(1);
    await news();
    expect(problems).toMatchObject([{ error: { code: 'STALLED' }, relist: false }]);
    expect(streams[0]?.isClosed).toBe(true);
    await clock.advance(800);
    expect(from()).toEqual(['10', '20']);
  });

  it('lists again when it stalls twice at one place: the API server may never get there', async () => {
    const { streams, news, problems, clock, from } = await listed();
    await clock.advance(120_000 + 800 + 120_000);
    await news();
    expect(problems.map(({ relist }) => relist)).toEqual([false, true]);
    await clock.advance(1_600);
    expect(await news()).toEqual(['init', 'init-apply a@5', 'init-done at 10']);
    streams[2]?.send('BOOKMARK', bookmark('20'));
    await clock.advance(120_000 + 800);
    streams[3]?.send('BOOKMARK', bookmark('21'));
    await clock.advance(120_000);
    expect(problems.map(({ relist }) => relist)).toEqual([false, true, false, false]);
    expect(from()).toEqual(['10', '10', '10', '20']);
  });

  it('takes what came before an error, also in the same piece of the stream', async () => {
    const { streams, news, from, clock } = await listed();
    const error = { kind: 'Status', code: 500, reason: 'InternalError', message: 'etcd' };
    streams[0]?.sendAll(['MODIFIED', pod('a', '11')], ['ERROR', error], ['MODIFIED', pod('a', '12')]);
    expect(await news()).toEqual(['apply a@11']);
    await clock.advance(800);
    expect(from()).toEqual(['10', '11']);
  });

  it('drops the line at its end that was cut off', async () => {
    const { streams, news, from, problems } = await listed();
    streams[0]?.sendText(
      `${JSON.stringify({ type: 'ADDED', object: pod('b', '12') })}\n{"type":"ADDED","object":{"meta`,
    );
    streams[0]?.end();
    expect(await news()).toEqual(['apply b@12']);
    expect(from()).toEqual(['10', '12']);
    expect(problems).toEqual([]);
  });

  it('ends with the abort, also while it waits, and leaves no timer', async () => {
    const { streams, news, clock, stop } = await listed();
    streams[0]?.fail(refusal(500, 'InternalError'));
    await news();
    expect(clock.pending).toBe(1);
    await stop();
    expect(clock.pending).toBe(0);
  });

  it('closes its stream with the abort', async () => {
    const { streams, clock, stop } = await listed();
    await stop();
    expect(streams[0]?.isClosed).toBe(true);
    expect(clock.pending).toBe(0);
  });
});

describe('objects', () => {
  it('come without managedFields, and a transform may do more', async () => {
    const stream = new FakeStream();
    const { objects, news } = setUp(() => stream);
    stream.send('ADDED', pod('a', '1', { managedFields: [{ manager: 'x' }] }));
    await news();
    expect(objects[0]?.metadata).not.toHaveProperty('managedFields');
    const other = new FakeStream();
    const transformed = setUp(() => other, {
      transform: (object) => ({ metadata: { ...object.metadata, name: 'changed' } }),
    });
    other.send('ADDED', pod('a', '1'));
    expect(await transformed.news()).toEqual(['init', 'init-apply changed@1']);
  });

  it('can be one by name, in its namespace', async () => {
    const { client, news } = setUp(() => new FakeStream(), { namespace: 'shop', name: 'config' });
    await news();
    expect(client.requests[0]).toMatchObject({
      path: '/api/v1/namespaces/shop/pods',
      query: { fieldSelector: 'metadata.name=config' },
    });
  });
});
