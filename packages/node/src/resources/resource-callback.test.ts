import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../provider/logger.ts';
import type { ConfigMap, Pod, Secret } from '../provider/wire.ts';
import type { ResourceCallback } from '../provider/provider-context.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { refusal, ScriptedKubeClient } from '../testing/scripted-kube-client.ts';
import { ScriptedWatch } from '../testing/scripted-watch.ts';
import { ObjectWatches } from './object-watches.ts';
import { createResourceCallback } from './resource-callback.ts';
import { ServiceAccountTokens } from './service-account-tokens.ts';

const never = new AbortController().signal;
const ref = { namespace: 'shop', name: 'web-0', uid: 'u-1' };
const pod: Pod = {
  metadata: ref,
  spec: {
    serviceAccountName: 'runner',
    containers: [],
    imagePullSecrets: [{ name: 'one' }, { name: 'missing' }, { name: 'broken' }, { name: 'two' }],
    volumes: [{ name: 't', projected: { sources: [{ serviceAccountToken: { audience: 'vault', path: 'token' } }] } }],
  },
};

const pullSecret = (registry: string, username: string): Secret => ({
  metadata: { uid: `uid-of-${username}` },
  data: {
    '.dockerconfigjson': Buffer.from(JSON.stringify({ auths: { [registry]: { username, password: 'p' } } })).toString(
      'base64',
    ),
  },
});

describe('the resource callback', () => {
  let clock: FakeClock;
  let client: ScriptedKubeClient;
  let objects: Record<string, unknown>;
  let watched: ScriptedWatch<Secret>[];
  let secrets: ObjectWatches<Secret>;
  let callback: ResourceCallback;
  let warnings: unknown[];

  beforeEach(() => {
    clock = new FakeClock();
    client = new ScriptedKubeClient();
    objects = {};
    client.answer = ({ path }) => {
      if (!(path in objects)) throw refusal(404, 'NotFound');
      return objects[path];
    };
    watched = [];
    warnings = [];
    const common = { subject: 'x', clock, log: silentLogger, random: () => 0 };
    secrets = new ObjectWatches<Secret>({
      ...common,
      source: (_query, signal) => {
        const watch = new ScriptedWatch<Secret>(signal);
        watched.push(watch);
        return watch;
      },
    });
    const configMaps = new ObjectWatches<ConfigMap>({ ...common, source: (_q, signal) => new ScriptedWatch(signal) });
    const log = { ...silentLogger, warn: (message: string, fields?: unknown) => void warnings.push([message, fields]) };
    callback = createResourceCallback({
      client,
      watches: { secrets, configMaps },
      tokens: new ServiceAccountTokens({ client, clock }),
      findPod: ({ uid }) => (uid === ref.uid ? pod : undefined),
      log,
    });
  });

  it('reads what is not watched, and gives undefined for what is not there', async () => {
    objects['/api/v1/namespaces/shop/secrets/db'] = { data: {} };
    expect(await callback.getSecret('shop', 'db', never)).toEqual({ data: {} });
    expect(await callback.getConfigMap('shop', 'settings', never)).toBeUndefined();
    expect(client.lines).toEqual([
      'GET /api/v1/namespaces/shop/secrets/db',
      'GET /api/v1/namespaces/shop/configmaps/settings',
    ]);
  });

  it('asks nothing for what is watched', async () => {
    secrets.acquire('shop', 'db', () => undefined);
    secrets.acquire('shop', 'none', () => undefined);
    watched[0]?.list({ metadata: { name: 'db' }, data: { k: 'dg==' } });
    watched[1]?.list();
    await clock.advance(0);
    expect(await callback.getSecret('shop', 'db', never)).toMatchObject({ data: { k: 'dg==' } });
    expect(await callback.getSecret('shop', 'none', never)).toBeUndefined();
    expect(client.requests).toHaveLength(0);
    await secrets.close();
  });

  it('asks when the watch has no answer yet', async () => {
    secrets.acquire('shop', 'db', () => undefined);
    objects['/api/v1/namespaces/shop/secrets/db'] = { data: {} };
    expect(await callback.getSecret('shop', 'db', never)).toEqual({ data: {} });
    await secrets.close();
  });

  it('rejects when the API server cannot be asked', async () => {
    const forbidden = refusal(403, 'Forbidden');
    client.answer = () => {
      throw forbidden;
    };
    await expect(callback.getSecret('shop', 'db', never)).rejects.toBe(forbidden);
  });

  it('reads runtime classes, claims and volumes', async () => {
    await callback.getRuntimeClass('kata', never);
    await callback.getPersistentVolumeClaim('shop', 'data', never);
    await callback.getPersistentVolume('pv-1', never);
    expect(client.lines).toEqual([
      'GET /apis/node.k8s.io/v1/runtimeclasses/kata',
      'GET /api/v1/namespaces/shop/persistentvolumeclaims/data',
      'GET /api/v1/persistentvolumes/pv-1',
    ]);
  });

  it('gives image credentials in the order of the pull secrets, and passes over those that are missing or broken', async () => {
    objects['/api/v1/namespaces/shop/secrets/one'] = pullSecret('registry.example', 'first');
    objects['/api/v1/namespaces/shop/secrets/two'] = pullSecret('registry.example/team', 'second');
    objects['/api/v1/namespaces/shop/secrets/broken'] = {
      data: { '.dockerconfigjson': Buffer.from('{"hidden').toString('base64') },
    };
    const credentials = await callback.getImageCredentials(pod, 'registry.example/team/app:1', never);
    expect(credentials.map(({ username }) => username)).toEqual(['first', 'second']);
    expect(credentials.map(({ secret }) => secret)).toEqual([
      { namespace: 'shop', name: 'one', uid: 'uid-of-first' },
      { namespace: 'shop', name: 'two', uid: 'uid-of-second' },
    ]);
    expect(warnings).toHaveLength(2);
    expect(JSON.stringify(warnings)).not.toContain('hidden');
  });

  const answerToken = (): void => {
    client.answer = () => ({
      status: { token: 't', expirationTimestamp: new Date(clock.now() + 3_600_000).toISOString() },
    });
  };

  it('gives a token for the service account of the pod', async () => {
    answerToken();
    const token = await callback.getServiceAccountToken(ref, { audience: 'vault', expirationSeconds: 600 }, never);
    expect(token).toEqual({ token: 't', expirationTimestamp: '2026-01-01T01:00:00.000Z' });
    expect(client.lines).toEqual(['POST /api/v1/namespaces/shop/serviceaccounts/runner/token']);
  });

  it('blames the audience when it is refused and no volume of the pod names it', async () => {
    client.answer = () => {
      throw refusal(403, 'Forbidden');
    };
    const request = { audience: 'other', expirationSeconds: 600 };
    await expect(callback.getServiceAccountToken(ref, request, never)).rejects.toMatchObject({
      code: 'InvalidInput',
      field: 'audience',
    });
    await expect(callback.getServiceAccountToken(ref, { ...request, audience: 'vault' }, never)).rejects.toMatchObject({
      code: 403,
    });
  });

  it('refuses a life that the API server would refuse', async () => {
    await expect(
      callback.getServiceAccountToken(ref, { audience: 'vault', expirationSeconds: 599 }, never),
    ).rejects.toMatchObject({ code: 'InvalidInput', field: 'expirationSeconds' });
    expect(client.requests).toHaveLength(0);
  });

  it('gives no token for a pod that was created again under the same name', async () => {
    objects['/api/v1/namespaces/shop/pods/web-0'] = { metadata: { ...ref, uid: 'u-2' } };
    const old = { ...ref, uid: 'u-0' };
    await expect(
      callback.getServiceAccountToken(old, { audience: 'vault', expirationSeconds: 600 }, never),
    ).rejects.toMatchObject({ code: 'NotFound' });
  });
});
