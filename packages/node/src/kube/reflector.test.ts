import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeKubeClient, FakeStream } from '../testing/fake-kube-client.ts';
import { Reflector, type ReflectorOptions } from './reflector.ts';
import { type KubeObject, pods } from './resource.ts';

function pod(name: string, resourceVersion: string, uid = `uid-${name}`): KubeObject {
  return { metadata: { name, namespace: 'default', resourceVersion, uid } };
}

let stopAll: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stopAll) await stop();
  stopAll = [];
});

/** A reflector over lists that the test replaces and watches that it writes. */
function setUp(items: KubeObject[], options: Partial<ReflectorOptions<KubeObject>> = {}) {
  const clock = new FakeClock();
  const world = { items, resourceVersion: '10' };
  const streams: FakeStream[] = [];
  const client = new FakeKubeClient(({ verb }) => {
    if (verb === 'list') return { metadata: { resourceVersion: world.resourceVersion }, items: world.items };
    const stream = new FakeStream();
    streams.push(stream);
    return stream;
  });
  const told: string[] = [];
  const id = (object: KubeObject | undefined): string =>
    `${object?.metadata?.uid}@${object?.metadata?.resourceVersion}`;
  const reflector = new Reflector<KubeObject>({
    client,
    clock,
    type: pods,
    watchList: false,
    random: () => 0,
    handlers: {
      onApply: (object, previous) => told.push(previous ? `${id(previous)} -> ${id(object)}` : `new ${id(object)}`),
      onDelete: (last, { finalStateUnknown }) => told.push(`gone ${id(last)}${finalStateUnknown ? ' (unseen)' : ''}`),
      onHistoryReplaced: () => told.push('history replaced'),
      onSynced: () => told.push('synced'),
    },
    ...options,
  });
  const controller = new AbortController();
  const running = reflector.run(controller.signal);
  running.catch(() => undefined);
  const stop = async (): Promise<void> => {
    controller.abort(new Error('stopped'));
    await running.catch(() => undefined);
  };
  stopAll.push(stop);
  const news = async (): Promise<string[]> => {
    await clock.advance(0);
    return told.splice(0);
  };
  /** Makes it list again. */
  const relist = async (next: KubeObject[], resourceVersion: string): Promise<string[]> => {
    world.items = next;
    world.resourceVersion = resourceVersion;
    streams.at(-1)?.send('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
    await clock.advance(30_000);
    return news();
  };
  return { clock, streams, reflector, running, news, relist, stop, controller };
}

describe('Reflector', () => {
  it('keeps the store as the watch tells, and tells the handlers what was and what is', async () => {
    const { streams, reflector, news } = setUp([pod('a', '1')]);
    expect(await news()).toEqual(['new uid-a@1', 'synced']);
    streams[0]?.sendAll(['MODIFIED', pod('a', '11')], ['ADDED', pod('b', '12')], ['DELETED', pod('b', '13')]);
    expect(await news()).toEqual(['uid-a@1 -> uid-a@11', 'new uid-b@12', 'gone uid-b@13']);
    expect(reflector.store.size).toBe(1);
    expect(reflector.store.get('default', 'a')?.metadata?.resourceVersion).toBe('11');
    expect(reflector.store.get('default', 'b')).toBeUndefined();
    expect(reflector.store.list('other')).toEqual([]);
  });

  it('keeps one copy of what a new version, and the last one, have in common with the version before', async () => {
    const withSpec = (version: string) => ({ ...pod('a', version), spec: { containers: [{ name: 'main' }] } });
    const seen: KubeObject[] = [];
    const see = (object: KubeObject): unknown => seen.push(object);
    const { clock, streams } = setUp([withSpec('1')], { handlers: { onApply: see, onDelete: see } });
    await clock.advance(0);
    streams[0]?.sendAll(['MODIFIED', withSpec('11')], ['DELETED', withSpec('12')]);
    await clock.advance(0);
    expect(seen.map(({ metadata }) => metadata?.resourceVersion)).toEqual(['1', '11', '12']);
    expect(new Set(seen.map((object) => (object as ReturnType<typeof withSpec>).spec)).size).toBe(1);
  });

  it('has its synced promise resolved only when the list is complete', async () => {
    let synced = false;
    const stream = new FakeStream();
    const clock = new FakeClock();
    const reflector = new Reflector<KubeObject>({
      client: new FakeKubeClient(() => stream),
      clock,
      type: pods,
    });
    const controller = new AbortController();
    const running = reflector.run(controller.signal);
    void reflector.synced.then(() => (synced = true));
    stream.send('ADDED', pod('a', '1'));
    await clock.advance(0);
    expect(reflector.store.size).toBe(1);
    expect(synced).toBe(false);
    stream.send('BOOKMARK', {
      metadata: { resourceVersion: '5', annotations: { 'k8s.io/initial-events-end': 'true' } },
    });
    await clock.advance(0);
    expect(synced).toBe(true);
    controller.abort();
    await running;
  });

  it('tells what a new list does not name any more as deleted, with the last that was known', async () => {
    const { news, relist, reflector } = setUp([pod('a', '1'), pod('b', '2')]);
    await news();
    expect(await relist([pod('b', '22')], '30')).toEqual(['uid-b@2 -> uid-b@22', 'gone uid-a@1 (unseen)', 'synced']);
    expect(reflector.store.size).toBe(1);
  });

  it('does not tell again what a new list names and the store has already', async () => {
    const { news, relist } = setUp([pod('a', '1'), pod('b', '2')]);
    await news();
    expect(await relist([pod('a', '1'), pod('b', '2')], '30')).toEqual(['synced']);
  });

  it('tells everything again when the new list is from an older history', async () => {
    const { news, relist, streams } = setUp([pod('a', '1')]);
    await news();
    streams[0]?.send('ADDED', pod('b', '50'));
    await news();
    expect(await relist([pod('a', '1'), pod('b', '50')], '40')).toEqual([
      'history replaced',
      'new uid-a@1',
      'new uid-b@50',
      'synced',
    ]);
  });

  it('tells again what an older history has changed, after it was said that versions from before mean nothing', async () => {
    const { news, relist } = setUp([pod('a', '50')]);
    await news();
    expect(await relist([pod('a', '30')], '5')).toEqual([
      'uid-a@50 -> uid-a@30',
      'history replaced',
      'new uid-a@30',
      'synced',
    ]);
  });

  it('tells another object of the same name as a deletion and an arrival, in a list and in a watch', async () => {
    const { streams, news, relist } = setUp([pod('a', '1')]);
    await news();
    streams[0]?.send('MODIFIED', pod('a', '11', 'second'));
    expect(await news()).toEqual(['gone uid-a@1 (unseen)', 'new second@11']);
    expect(await relist([pod('a', '22', 'third')], '30')).toEqual([
      'gone second@11 (unseen)',
      'new third@22',
      'synced',
    ]);
  });

  it('ignores the deletion of an object that it does not have', async () => {
    const { streams, news } = setUp([pod('a', '1')]);
    await news();
    streams[0]?.sendAll(['DELETED', pod('x', '11')], ['DELETED', pod('a', '12', 'another')]);
    expect(await news()).toEqual([]);
  });

  it('hands out frozen objects', async () => {
    const { reflector, news } = setUp([pod('a', '1')]);
    await news();
    const object = reflector.store.get('default', 'a');
    expect(Object.isFrozen(object)).toBe(true);
    expect(Object.isFrozen(object?.metadata)).toBe(true);
    expect(Object.isFrozen(reflector.store.list()[0]?.metadata)).toBe(true);
  });

  it('goes on when a handler throws and somebody listens for that', async () => {
    const errors: unknown[] = [];
    const { news, reflector, streams } = setUp([pod('a', '1'), pod('b', '2')], {
      handlers: {
        onApply: (object) => {
          throw new Error(`cannot take ${object.metadata?.name}`);
        },
      },
      onHandlerError: (error) => errors.push(error),
    });
    await news();
    streams[0]?.send('MODIFIED', pod('a', '11'));
    await news();
    expect(errors.map(String)).toEqual(['Error: cannot take a', 'Error: cannot take b', 'Error: cannot take a']);
    expect(reflector.store.size).toBe(2);
  });

  it('ends with what a handler throws when nobody listens for that', async () => {
    const { running, reflector } = setUp([pod('a', '1')], {
      handlers: {
        onApply: () => {
          throw new Error('broken');
        },
      },
    });
    await expect(running).rejects.toThrow('broken');
    await expect(reflector.synced).rejects.toThrow('broken');
  });

  it('ends with the abort; who still waits for the first list hears the reason', async () => {
    const { reflector, stop } = setUp([]);
    await stop();
    await expect(reflector.synced).rejects.toThrow('stopped');
  });
});
