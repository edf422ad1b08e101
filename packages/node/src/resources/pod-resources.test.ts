import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { KubeObject } from '../kube/resource.ts';
import { silentLogger } from '../provider/logger.ts';
import type { ConfigMap, Pod, Secret, Service } from '../provider/wire.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { ScriptedWatch } from '../testing/scripted-watch.ts';
import { ObjectWatches } from './object-watches.ts';
import { PodResources } from './pod-resources.ts';
import { ServiceWatches } from './service-watches.ts';
import type { WatchQuery } from './watch-source.ts';

const never = new AbortController().signal;

function podOf(env: { configMaps?: string[]; secrets?: string[] }, enableServiceLinks = true): Pod {
  const configMaps = (env.configMaps ?? []).map((name) => ({ configMapRef: { name } }));
  const secrets = (env.secrets ?? []).map((name) => ({ secretRef: { name } }));
  return {
    metadata: { name: 'web-0', namespace: 'shop', uid: 'u-1' },
    spec: { enableServiceLinks, containers: [{ name: 'app', envFrom: [...configMaps, ...secrets] }] },
  };
}

function scripted<T extends KubeObject>() {
  const opened = new Map<string, ScriptedWatch<T>>();
  const source = ({ namespace, name = '*' }: WatchQuery, signal: AbortSignal): ScriptedWatch<T> => {
    const watch = new ScriptedWatch<T>(signal);
    opened.set(`${namespace}/${name}`, watch);
    return watch;
  };
  const at = (key: string): ScriptedWatch<T> => {
    const watch = opened.get(key);
    if (watch === undefined) throw new Error(`no watch of ${key}, there are ${[...opened.keys()].join(', ')}`);
    return watch;
  };
  return { opened, source, at };
}

describe('the resources of a pod', () => {
  let clock: FakeClock;
  let configMaps: ReturnType<typeof scripted<ConfigMap>>;
  let secrets: ReturnType<typeof scripted<Secret>>;
  let services: ReturnType<typeof scripted<Service>>;
  let resources: PodResources;
  const onChange = vi.fn<() => void>();

  beforeEach(() => {
    clock = new FakeClock();
    configMaps = scripted();
    secrets = scripted();
    services = scripted();
    onChange.mockReset();
    const common = { clock, log: silentLogger, lingerMilliseconds: 1_000, random: () => 0 };
    resources = new PodResources({
      configMaps: new ObjectWatches({ ...common, subject: 'configmaps', source: configMaps.source }),
      secrets: new ObjectWatches({ ...common, subject: 'secrets', source: secrets.source }),
      services: new ServiceWatches({ ...common, subject: 'services', source: services.source }),
      injected: { 'kube-api-access': 'deliver', serviceLinks: 'deliver' },
    });
  });

  const answerServices = (): void => {
    services.at('default/kubernetes').list();
    if (services.opened.has('shop/*')) services.at('shop/*').list();
  };

  it('are watched one by one: what the pod names, its services, and default/kubernetes', () => {
    resources.acquire(podOf({ configMaps: ['a'], secrets: ['b'] }), onChange);
    expect([...configMaps.opened.keys()]).toEqual(['shop/a']);
    expect([...secrets.opened.keys()]).toEqual(['shop/b']);
    expect([...services.opened.keys()]).toEqual(['default/kubernetes', 'shop/*']);
  });

  it('need no watch of default/kubernetes where the services of default are watched', () => {
    const inDefault = podOf({});
    resources.acquire({ ...inDefault, metadata: { ...inDefault.metadata, namespace: 'default' } }, onChange);
    expect([...services.opened.keys()]).toEqual(['default/*']);
  });

  it('take in no services of the namespace when the pod wants no links', () => {
    resources.acquire(podOf({}, false), onChange);
    expect([...services.opened.keys()]).toEqual(['default/kubernetes']);
  });

  it('are settled when each has had its first answer: present, absent or an error', async () => {
    const handle = resources.acquire(podOf({ configMaps: ['a', 'b'], secrets: ['c'] }), onChange);
    let isSettled = false;
    const settled = handle.settled(never).then(() => (isSettled = true));
    answerServices();
    configMaps.at('shop/a').list({ metadata: { name: 'a', namespace: 'shop' } });
    configMaps.at('shop/b').list();
    await clock.advance(0);
    expect(isSettled).toBe(false);
    secrets.at('shop/c').fail(new Error('refused'));
    await clock.advance(0);
    await settled;
    expect(handle.configMap('a').state).toBe('present');
    expect(handle.configMap('b').state).toBe('absent');
    expect(handle.secret('c').state).toBe('failed');
    expect(handle.services()).toEqual({ state: 'present', object: [] });
  });

  it('are settled at once for a pod whose objects are known already', async () => {
    resources.acquire(podOf({ configMaps: ['a'] }), onChange);
    answerServices();
    configMaps.at('shop/a').list();
    await clock.advance(0);
    const handle = resources.acquire(podOf({ configMaps: ['a'] }), onChange);
    await handle.settled(never);
    expect(handle.configMap('a')).toEqual({ state: 'absent' });
  });

  it('stop waiting when the caller does not want to know any more', async () => {
    const handle = resources.acquire(podOf({ configMaps: ['a'] }), onChange);
    const controller = new AbortController();
    const settled = handle.settled(controller.signal);
    const reason = new Error('deleted');
    controller.abort(reason);
    await expect(settled).rejects.toBe(reason);
    await expect(handle.settled(controller.signal)).rejects.toBe(reason);
  });

  it('tell of many changes at once in one call', async () => {
    const tell: (() => void)[] = [];
    const watches = {
      acquire: (_namespace: string, _name: string, onChange: () => void) => {
        tell.push(onChange);
        return { lookup: () => ({ state: 'absent' }) as const, release: () => undefined };
      },
    };
    const servicesLease = { lookup: () => ({ state: 'present', object: [] }) as const, release: () => undefined };
    const direct = new PodResources({
      configMaps: watches,
      secrets: watches,
      services: { acquire: () => servicesLease },
      injected: { 'kube-api-access': 'deliver', serviceLinks: 'deliver' },
    });
    direct.acquire(podOf({ configMaps: ['a', 'b'], secrets: ['c'] }), onChange);
    expect(tell).toHaveLength(3);
    for (const change of tell) change();
    expect(onChange).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(onChange).toHaveBeenCalledTimes(1);
    tell[0]?.();
    await Promise.resolve();
    expect(onChange).toHaveBeenCalledTimes(2);
  });

  it('keep a Service as the few fields that the environment needs', async () => {
    const handle = resources.acquire(podOf({}), onChange);
    services.at('default/kubernetes').list();
    services.at('shop/*').list({
      metadata: { name: 'db', namespace: 'shop', labels: { big: 'label' } },
      spec: { clusterIP: '10.0.0.1', selector: { app: 'db' }, ports: [{ port: 1, targetPort: 2 }] },
    });
    await clock.advance(0);
    expect(handle.services()).toEqual({
      state: 'present',
      object: [{ namespace: 'shop', name: 'db', clusterIP: '10.0.0.1', ports: [{ port: 1, protocol: 'TCP' }] }],
    });
  });

  it('do not wake the pod for services once they are known', async () => {
    const handle = resources.acquire(podOf({}), onChange);
    answerServices();
    await clock.advance(0);
    onChange.mockReset();
    const service = { metadata: { name: 'db', namespace: 'shop' }, spec: { clusterIP: '10.0.0.1' } };
    services.at('shop/*').send({ type: 'apply', object: service });
    await clock.advance(0);
    expect(onChange).not.toHaveBeenCalled();
    expect(handle.services()).toMatchObject({ object: [{ name: 'db' }] });
  });

  it('follow the pod when it refers to other objects, without letting go of those that stay', async () => {
    const handle = resources.acquire(podOf({ configMaps: ['a', 'b'] }), onChange);
    configMaps.at('shop/b').list({ metadata: { name: 'b' } });
    await clock.advance(0);
    const kept = configMaps.at('shop/b');
    handle.update(podOf({ configMaps: ['b', 'c'] }));
    await clock.advance(1_000);
    expect(configMaps.at('shop/a').isOpen).toBe(false);
    expect(configMaps.at('shop/b')).toBe(kept);
    expect(kept.isOpen).toBe(true);
    expect(configMaps.at('shop/c').isOpen).toBe(true);
    expect(handle.configMap('a'), 'no longer referred to').toEqual({ state: 'pending' });
  });

  it('let go of everything once, and tell nothing more', async () => {
    const handle = resources.acquire(podOf({ configMaps: ['a'], secrets: ['b'] }), onChange);
    const settled = handle.settled(never);
    handle.release();
    handle.release();
    await settled;
    configMaps.at('shop/a').list({ metadata: { name: 'a' } });
    await clock.advance(1_000);
    expect(onChange).not.toHaveBeenCalled();
    for (const watch of [...configMaps.opened.values(), ...secrets.opened.values(), ...services.opened.values()])
      expect(watch.isOpen).toBe(false);
  });
});
