import { afterEach, describe, expect, it } from 'vitest';
import { FakeStream } from '../testing/fake-kube-client.ts';
import { endOfList, refusal, startWatch, watchedPod as pod, type WatchScenario } from '../testing/watch-scenario.ts';
import type { KubeRequest } from './client.ts';
import { KubeConnectionError } from './kube-connection-error.ts';
import { KubeError } from './kube-error.ts';

const scenarios: WatchScenario[] = [];

afterEach(async () => {
  for (const scenario of scenarios.splice(0)) await scenario.stop();
});

function setUp(...options: Parameters<typeof startWatch>): WatchScenario {
  const scenario = startWatch(...options);
  scenarios.push(scenario);
  return scenario;
}

const isWatchList = (request: KubeRequest): boolean => request.query?.['sendInitialEvents'] === true;

describe('a streamed list', () => {
  it('brings what is there, then the changes, over one connection', async () => {
    const stream = new FakeStream();
    const { client, news } = setUp(() => stream, { fieldSelector: 'spec.nodeName=n1' });
    stream.send('ADDED', pod('a', '5'));
    stream.sendAll(['ADDED', pod('b', '3')], ['BOOKMARK', endOfList('7')], ['MODIFIED', pod('a', '8')]);
    stream.send('DELETED', pod('b', '9'));
    expect(await news()).toEqual([
      'init',
      'init-apply a@5',
      'init-apply b@3',
      'init-done at 7',
      'apply a@8',
      'delete b@9',
    ]);
    expect(client.requests).toHaveLength(1);
    expect(client.requests[0]).toMatchObject({
      verb: 'watch',
      path: '/api/v1/pods',
      query: {
        watch: true,
        allowWatchBookmarks: true,
        sendInitialEvents: true,
        resourceVersionMatch: 'NotOlderThan',
        fieldSelector: 'spec.nodeName=n1',
        timeoutSeconds: 300,
      },
    });
  });

  it.each([400, 422])('gives way to a LIST for good when it is refused with %i', async (code) => {
    let streams: FakeStream[] = [];
    const { client, news, clock } = setUp((request) => {
      if (isWatchList(request)) throw refusal(code, 'Invalid');
      if (request.verb === 'list') return { metadata: { resourceVersion: '4' }, items: [pod('a', '2')] };
      const stream = new FakeStream();
      streams.push(stream);
      return stream;
    });
    expect(await news()).toEqual(['init', 'init', 'init-apply a@2', 'init-done at 4']);
    streams[0]?.send('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
    await clock.advance(30_000);
    expect(await news()).toEqual(['init', 'init-apply a@2', 'init-done at 4']);
    expect(client.requests.filter(isWatchList)).toHaveLength(1);
    streams = [];
  });

  it('gives way to a LIST when the bookmark that ends it does not come', async () => {
    const silent = new FakeStream();
    const { news, clock } = setUp((request) => {
      if (isWatchList(request)) return silent;
      return request.verb === 'list'
        ? { metadata: { resourceVersion: '4' }, items: [pod('a', '2')] }
        : new FakeStream();
    });
    silent.send('ADDED', pod('a', '2'));
    expect(await news()).toEqual(['init', 'init-apply a@2']);
    await clock.advance(10_000);
    expect(await news()).toEqual(['init', 'init-apply a@2', 'init-done at 4']);
    expect(silent.isClosed).toBe(true);
  });

  it('gives way to a LIST when it ends before its bookmark', async () => {
    const cut = new FakeStream();
    const { news, problems, clock } = setUp((request) => {
      if (isWatchList(request)) return cut;
      return request.verb === 'list' ? { metadata: { resourceVersion: '4' }, items: [] } : new FakeStream();
    });
    cut.send('ADDED', pod('a', '2'));
    cut.end();
    await clock.advance(800);
    expect(await news()).toEqual(['init', 'init-apply a@2', 'init', 'init-done at 4']);
    expect(problems).toMatchObject([{ during: 'init-page', relist: true, error: { code: 'IncompleteList' } }]);
  });

  it('is tried again after the backoff when the API server cannot be reached', async () => {
    const stream = new FakeStream();
    let failures = 3;
    const { news, problems, clock, client } = setUp(() => {
      if (failures-- > 0) throw new KubeConnectionError({ message: 'refused', code: 'ECONNREFUSED' });
      return stream;
    });
    stream.send('BOOKMARK', endOfList('7'));
    await news();
    expect([await clock.advanceToNext(), await clock.advanceToNext(), await clock.advanceToNext()]).toEqual([
      800, 1_600, 3_200,
    ]);
    expect((await news()).at(-1)).toBe('init-done at 7');
    expect(problems.map(({ retryInMilliseconds }) => retryInMilliseconds)).toEqual([800, 1_600, 3_200]);
    expect(client.requests.every(isWatchList)).toBe(true);
  });
});

describe('a LIST', () => {
  it('comes page by page, with the resourceVersion of the list to watch from', async () => {
    const { client, news } = setUp(
      ({ verb, query }) => {
        if (verb === 'watch') return new FakeStream();
        const first = query?.['continue'] === undefined;
        return {
          metadata: { resourceVersion: '40', continue: first ? 'token' : undefined },
          items: [{ metadata: { name: first ? 'a' : 'b', resourceVersion: '1' } }],
        };
      },
      { watchList: false, pageSize: 1 },
    );
    expect(await news()).toEqual(['init', 'init-apply a@1', 'init-apply b@1', 'init-done at 40']);
    expect(
      client.requests.map(({ query }) => [query?.['limit'], query?.['continue'], query?.['resourceVersion']]),
    ).toEqual([
      [1, undefined, undefined],
      [1, 'token', undefined],
      [undefined, undefined, '40'],
    ]);
  });

  it('gives objects of a list the same apiVersion and kind that a watch gives them', async () => {
    const { objects, news } = setUp(
      ({ verb }) =>
        verb === 'watch'
          ? new FakeStream()
          : { metadata: { resourceVersion: '4' }, items: [{ metadata: { name: 'a' } }] },
      { watchList: false },
    );
    await news();
    expect(objects[0]).toEqual({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } });
  });

  it('begins again when its continue token has expired, and is asked for in one answer when it expires again', async () => {
    const { client, news } = setUp(
      ({ verb, query }) => {
        if (verb === 'watch') return new FakeStream();
        if (query?.['continue'] !== undefined) throw refusal(410, 'Expired');
        const paged = query?.['limit'] !== undefined;
        return {
          metadata: { resourceVersion: '40', continue: paged ? 'token' : undefined },
          items: paged ? [pod('a', '1')] : [pod('a', '1'), pod('b', '2')],
        };
      },
      { watchList: false },
    );
    expect(await news()).toEqual([
      'init',
      'init-apply a@1',
      'init',
      'init-apply a@1',
      'init',
      'init-apply a@1',
      'init-apply b@2',
      'init-done at 40',
    ]);
    expect(client.requests.filter(({ verb }) => verb === 'list').map(({ query }) => query?.['limit'])).toEqual([
      500,
      500,
      500,
      500,
      undefined,
    ]);
  });

  it('waits as long as a 429 asks for', async () => {
    let busy = true;
    const { clock, news } = setUp(
      ({ verb }) => {
        if (verb === 'watch') return new FakeStream();
        if (!busy) return { metadata: { resourceVersion: '4' }, items: null };
        busy = false;
        throw new KubeError({ code: 429, status: { reason: 'TooManyRequests' }, retryAfterMilliseconds: 12_000 });
      },
      { watchList: false },
    );
    await clock.advance(11_999);
    expect(await news()).toEqual(['init']);
    await clock.advance(1);
    expect(await news()).toEqual(['init', 'init-done at 4']);
  });
});
