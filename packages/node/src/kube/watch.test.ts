import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { type FakeAnswer, FakeKubeClient, FakeStream } from '../testing/fake-kube-client.ts';
import type { KubeRequest } from './client.ts';
import { KubeConnectionError } from './kube-connection-error.ts';
import { KubeError } from './kube-error.ts';
import { type KubeObject, pods } from './resource.ts';
import { watchObjects, type WatchOptions } from './watch.ts';
import type { WatchEvent } from './watch-event.ts';
import type { WatchProblem } from './watch-recovery.ts';

function pod(name: string, resourceVersion: string, more: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', resourceVersion, uid: `uid-${name}`, ...more },
  };
}

function bookmark(resourceVersion: string, annotations?: Record<string, string>): object {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { resourceVersion, creationTimestamp: null, annotations },
    spec: { containers: null },
  };
}

const endOfList = (resourceVersion: string): object =>
  bookmark(resourceVersion, { 'k8s.io/initial-events-end': 'true' });

function refusal(code: number, reason: string, more: object = {}): KubeError {
  return new KubeError({ code, status: { kind: 'Status', code, reason, message: reason, ...more } });
}

const isWatchList = (request: KubeRequest): boolean => request.query?.['sendInitialEvents'] === true;

/** Says an event in a few words. */
function words(event: WatchEvent<KubeObject>): string {
  switch (event.type) {
    case 'init':
      return 'init';
    case 'init-done':
      return `init-done at ${event.resourceVersion}`;
    case 'init-apply':
    case 'apply':
    case 'delete':
      return `${event.type} ${event.object.metadata?.name}@${event.object.metadata?.resourceVersion}`;
  }
}

let stopAll: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stopAll) await stop();
  stopAll = [];
});

function setUp(answer: FakeAnswer, options: Partial<WatchOptions<KubeObject>> = {}) {
  const clock = new FakeClock();
  const client = new FakeKubeClient(answer);
  const controller = new AbortController();
  const problems: WatchProblem[] = [];
  const seen: string[] = [];
  const objects: KubeObject[] = [];
  const watch = watchObjects<KubeObject>(
    {
      client,
      clock,
      type: pods,
      onProblem: (problem) => problems.push(problem),
      random: () => 0,
      ...options,
    },
    controller.signal,
  );
  const running = (async () => {
    for await (const event of watch) {
      seen.push(words(event));
      if ('object' in event) objects.push(event.object);
    }
  })();
  const stop = async (): Promise<void> => {
    controller.abort(new Error('stopped'));
    await running;
  };
  stopAll.push(stop);
  /** What was seen since the last call. */
  const news = async (): Promise<string[]> => {
    await clock.advance(0);
    return seen.splice(0);
  };
  return { clock, client, problems, objects, news, stop };
}

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
      new KubeConnectionError({ message: 'reset', code: 'UND_ERR_SOCKET' }),
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
