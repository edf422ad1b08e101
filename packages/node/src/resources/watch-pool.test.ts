import { beforeEach, describe, expect, it, vi } from 'vitest';
import { KubeError } from '../kube/kube-error.ts';
import { silentLogger } from '../provider/logger.ts';
import type { ConfigMap } from '../provider/wire.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { ScriptedWatch } from '../testing/scripted-watch.ts';
import { ObjectWatches } from './object-watches.ts';
import type { WatchQuery } from './watch-source.ts';

function configMap(value: string, resourceVersion = value): ConfigMap {
  return { metadata: { name: 'settings', namespace: 'shop', resourceVersion }, data: { k: value } };
}

const forbidden = new KubeError({ code: 403, status: { message: 'not yours', reason: 'Forbidden' } });

describe('the watch of an object', () => {
  let clock: FakeClock;
  let opened: { readonly query: WatchQuery; readonly watch: ScriptedWatch<ConfigMap> }[];
  let watches: ObjectWatches<ConfigMap>;
  const onChange = vi.fn<() => void>();

  beforeEach(() => {
    clock = new FakeClock();
    opened = [];
    onChange.mockReset();
    watches = new ObjectWatches<ConfigMap>({
      subject: 'configmaps',
      source: (query, signal) => {
        const watch = new ScriptedWatch<ConfigMap>(signal);
        opened.push({ query, watch });
        return watch;
      },
      clock,
      log: silentLogger,
      lingerMilliseconds: 10_000,
      random: () => 0,
    });
  });

  const watchAt = (index: number): ScriptedWatch<ConfigMap> => {
    const entry = opened[index];
    if (entry === undefined) throw new Error(`watch ${index} was not opened`);
    return entry.watch;
  };

  it('names the one object, and is pending until the first answer', async () => {
    const lease = watches.acquire('shop', 'settings', onChange);
    expect(opened.map(({ query }) => query)).toEqual([{ namespace: 'shop', name: 'settings' }]);
    expect(lease.lookup()).toEqual({ state: 'pending' });
    watchAt(0).list(configMap('a'));
    await clock.advance(0);
    expect(lease.lookup()).toMatchObject({ state: 'present', object: { data: { k: 'a' } } });
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  it('gives absent for an object that is not there, and tells when it appears and goes', async () => {
    const lease = watches.acquire('shop', 'settings', onChange);
    watchAt(0).list();
    await clock.advance(0);
    expect(lease.lookup()).toEqual({ state: 'absent' });
    watchAt(0).send({ type: 'apply', object: configMap('a') });
    await clock.advance(0);
    expect(lease.lookup()).toMatchObject({ state: 'present' });
    watchAt(0).send({ type: 'delete', object: configMap('a') });
    await clock.advance(0);
    expect(lease.lookup()).toEqual({ state: 'absent' });
    expect(onChange).toHaveBeenCalledTimes(3);
  });

  it('gives objects that nobody can change', async () => {
    const lease = watches.acquire('shop', 'settings', onChange);
    watchAt(0).list(configMap('a'));
    await clock.advance(0);
    const lookup = lease.lookup();
    expect(lookup.state === 'present' && Object.isFrozen(lookup.object.data)).toBe(true);
  });

  it('is one for all who use the object', async () => {
    const other = vi.fn<() => void>();
    watches.acquire('shop', 'settings', onChange);
    watches.acquire('shop', 'settings', other);
    watches.acquire('elsewhere', 'settings', onChange);
    expect(opened).toHaveLength(2);
    watchAt(0).list(configMap('a'));
    await clock.advance(0);
    expect(onChange).toHaveBeenCalledTimes(1);
    expect(other).toHaveBeenCalledTimes(1);
  });

  it('ends a while after its last user has gone, and not before', async () => {
    const first = watches.acquire('shop', 'settings', onChange);
    const second = watches.acquire('shop', 'settings', onChange);
    first.release();
    first.release();
    await clock.advance(60_000);
    expect(watchAt(0).isOpen).toBe(true);
    second.release();
    await clock.advance(9_999);
    expect(watchAt(0).isOpen).toBe(true);
    await clock.advance(1);
    expect(watchAt(0).isOpen).toBe(false);
    expect(watches.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('is found warm by a user who comes while it lingers', async () => {
    watches.acquire('shop', 'settings', onChange).release();
    watchAt(0).list(configMap('a'));
    await clock.advance(5_000);
    const again = watches.acquire('shop', 'settings', onChange);
    expect(again.lookup()).toMatchObject({ state: 'present' });
    await clock.advance(60_000);
    expect(opened).toHaveLength(1);
    expect(watchAt(0).isOpen).toBe(true);
  });

  it('tells nobody who has let go', async () => {
    const lease = watches.acquire('shop', 'settings', onChange);
    lease.release();
    watchAt(0).list(configMap('a'));
    await clock.advance(0);
    expect(onChange).not.toHaveBeenCalled();
  });

  it('is opened again when the server ends it, and keeps what it knew meanwhile', async () => {
    const lease = watches.acquire('shop', 'settings', onChange);
    watchAt(0).list(configMap('a'));
    watchAt(0).end();
    await clock.advance(1_000);
    expect(opened).toHaveLength(2);
    watchAt(1).send({ type: 'init' });
    await clock.advance(0);
    expect(lease.lookup()).toMatchObject({ state: 'present', object: { data: { k: 'a' } } });
    watchAt(1).list(configMap('a'));
    await clock.advance(0);
    expect(onChange, 'the same object again is no news').toHaveBeenCalledTimes(1);
    watchAt(1).fail(new Error('reset'));
    await clock.advance(60_000);
    expect(lease.lookup()).toMatchObject({ state: 'present' });
    watchAt(2).list();
    await clock.advance(0);
    expect(lease.lookup()).toEqual({ state: 'absent' });
    expect(onChange).toHaveBeenCalledTimes(2);
  });

  it('says at once that the API server cannot be asked, once, and goes on trying with growing delays', async () => {
    const lease = watches.acquire('shop', 'settings', onChange);
    const error = new Error('refused');
    watchAt(0).fail(error);
    await clock.advance(0);
    expect(lease.lookup()).toEqual({ state: 'failed', error, sinceMilliseconds: 0 });
    await clock.advance(799);
    expect(opened).toHaveLength(1);
    await clock.advance(1);
    expect(opened).toHaveLength(2);
    watchAt(1).fail(error);
    await clock.advance(1_599);
    expect(opened).toHaveLength(2);
    await clock.advance(1);
    expect(opened).toHaveLength(3);
    expect(lease.lookup()).toMatchObject({ state: 'failed', sinceMilliseconds: 2_400 });
    expect(onChange).toHaveBeenCalledTimes(1);
    watchAt(2).list(configMap('a'));
    await clock.advance(0);
    expect(lease.lookup()).toMatchObject({ state: 'present' });
    expect(onChange).toHaveBeenCalledTimes(2);
  });

  it('tries again at once and quietly after a 403, which may be the lag of the authorizer', async () => {
    const lease = watches.acquire('shop', 'settings', onChange);
    watchAt(0).fail(forbidden);
    await clock.advance(25);
    watchAt(1).fail(forbidden);
    await clock.advance(50);
    expect(opened).toHaveLength(3);
    expect(lease.lookup()).toEqual({ state: 'pending' });
    watchAt(2).list(configMap('a'));
    await clock.advance(0);
    expect(lease.lookup()).toMatchObject({ state: 'present' });
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  it('reports a 403 that has lasted for 30 s', async () => {
    const lease = watches.acquire('shop', 'settings', onChange);
    let failed = 0;
    for (let elapsed = 0; elapsed < 29_000; elapsed += 1_000) {
      for (; failed < opened.length; failed++) watchAt(failed).fail(forbidden);
      await clock.advance(1_000);
    }
    expect(lease.lookup()).toEqual({ state: 'pending' });
    for (let elapsed = 0; elapsed < 3_000; elapsed += 1_000) {
      for (; failed < opened.length; failed++) watchAt(failed).fail(forbidden);
      await clock.advance(1_000);
    }
    expect(lease.lookup()).toMatchObject({ state: 'failed', error: forbidden });
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  it('shows what it knows to who asks by name, and nothing of what nobody watches', async () => {
    expect(watches.peek('shop', 'settings')).toBeUndefined();
    watches.acquire('shop', 'settings', onChange);
    expect(watches.peek('shop', 'settings')).toEqual({ state: 'pending' });
    watchAt(0).list(configMap('a'));
    await clock.advance(0);
    expect(watches.peek('shop', 'settings')).toMatchObject({ state: 'present' });
  });

  it('ends with the pool, lingering or not, and leaves no timer', async () => {
    watches.acquire('shop', 'settings', onChange);
    watches.acquire('shop', 'other', onChange).release();
    await watches.close();
    expect(opened.map(({ watch }) => watch.isOpen)).toEqual([false, false]);
    expect(clock.pending).toBe(0);
    expect(() => watches.acquire('shop', 'settings', onChange)).toThrow('closed');
  });
});
