import { beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../provider/logger.ts';
import type { VolumeFile } from '../provider/prepared-volume.ts';
import type { ConfigMap, Pod, Secret, Volume } from '../provider/wire.ts';
import { ObjectWatches } from '../resources/object-watches.ts';
import type { PodResourceHandle } from '../resources/pod-resource-handle.ts';
import { PodResources } from '../resources/pod-resources.ts';
import type { HeldToken, TokenWish } from '../resources/service-account-tokens.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { ScriptedWatch } from '../testing/scripted-watch.ts';
import { prepareVolumes } from './prepare-volumes.ts';

const never = new AbortController().signal;
const injectedVolume: Volume = {
  name: 'kube-api-access-x7fkq',
  projected: { sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 3_607 } }] },
};

function podWith(volumes: Volume[], labels: Record<string, string> = {}): Pod {
  return {
    metadata: { name: 'web-0', namespace: 'shop', uid: 'u-1', labels },
    spec: { serviceAccountName: 'runner', containers: [{ name: 'app' }], volumes },
  };
}

const configMap = (value: string): ConfigMap => ({
  metadata: { name: 'settings', namespace: 'shop', resourceVersion: value },
  data: { k: value },
});

function text(files: readonly VolumeFile[] | undefined): Record<string, string> {
  return Object.fromEntries(
    (files ?? []).map(({ path, content }) => [
      path,
      content instanceof Uint8Array ? Buffer.from(content).toString() : JSON.stringify(content),
    ]),
  );
}

describe('the volumes of a pod', () => {
  let clock: FakeClock;
  let watch: ScriptedWatch<ConfigMap>;
  let wishes: TokenWish[];
  let tokenError: Error | undefined;
  let handle: PodResourceHandle;

  const tokens = {
    token: async (wish: TokenWish): Promise<HeldToken> => {
      wishes.push(wish);
      if (tokenError !== undefined) throw tokenError;
      return {
        token: `token-${wishes.length}`,
        expirationTimestamp: new Date(clock.now() + 100_000).toISOString(),
        renewAt: clock.now() + 80_000,
      };
    },
  };

  beforeEach(() => {
    clock = new FakeClock();
    wishes = [];
    tokenError = undefined;
  });

  async function prepare(pod: Pod, policy: 'deliver' | 'omit' | 'refuse' = 'deliver') {
    const common = { subject: 'x', clock, log: silentLogger, random: () => 0 };
    const injected = { 'kube-api-access': policy, serviceLinks: 'omit' } as const;
    const resources = new PodResources({
      configMaps: new ObjectWatches<ConfigMap>({
        ...common,
        source: (_query, signal) => (watch = new ScriptedWatch<ConfigMap>(signal)),
      }),
      secrets: new ObjectWatches<Secret>({ ...common, source: (_query, signal) => new ScriptedWatch<Secret>(signal) }),
      services: {
        acquire: () => ({ lookup: () => ({ state: 'present', object: [] }), release: () => undefined }),
      },
      injected,
    });
    handle = resources.acquire(pod, () => undefined);
    return (prepareNow: () => void = () => undefined) => {
      prepareNow();
      const node = { allocatable: {} };
      return clock.advance(0).then(() => prepareVolumes({ pod, handle, injected, tokens, node, clock, signal: never }));
    };
  }

  it('are those with contents from the API, in the order of the spec', async () => {
    const run = await prepare(
      podWith([
        { name: 'scratch', emptyDir: {} },
        { name: 'settings', configMap: { name: 'settings' } },
        { name: 'self', downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
      ]),
    );
    const { volumes, problems } = await run(() => watch.list(configMap('1')));
    expect(problems).toEqual([]);
    expect(volumes.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['settings configMap', 'self downwardAPI']);
    expect(volumes.map((volume) => text(volume.files()))).toEqual([{ k: '1' }, { name: 'web-0' }]);
  });

  it('with something missing say so as the kubelet does', async () => {
    const run = await prepare(
      podWith([
        { name: 'scratch', emptyDir: {} },
        { name: 'v', configMap: { name: 'settings' } },
      ]),
    );
    const { problems } = await run(() => watch.list());
    expect(problems).toEqual([
      {
        reason: 'FailedMount',
        message: 'MountVolume.SetUp failed for volume "v" : configmap "settings" not found',
        mandatory: true,
        fieldPath: 'spec.volumes[1]',
      },
    ]);
  });

  it('have the injected token volume where the policy delivers it, and ask for no token where it does not', async () => {
    for (const [policy, names] of [
      ['deliver', [injectedVolume.name]],
      ['omit', []],
      ['refuse', []],
    ] as const) {
      wishes = [];
      const { volumes } = await (await prepare(podWith([injectedVolume]), policy))();
      expect(volumes.map(({ name }) => name)).toEqual(names);
      expect(wishes).toHaveLength(names.length);
    }
  });

  it('have tokens that the author asked for, whatever the policy, each with its audience and life', async () => {
    const sources = [{ serviceAccountToken: { path: 'vault', audience: 'vault' } }];
    const { volumes } = await (await prepare(podWith([{ name: 't', projected: { sources } }]), 'omit'))();
    expect(volumes[0]?.files()).toEqual([
      { path: 'vault', mode: 0o644, content: Buffer.from('token-1'), secret: true },
    ]);
    expect(wishes).toEqual([
      {
        ref: { namespace: 'shop', name: 'web-0', uid: 'u-1' },
        serviceAccountName: 'runner',
        audience: 'vault',
        expirationSeconds: 3_600,
      },
    ]);
  });

  it('are a problem when a token cannot be had', async () => {
    tokenError = new Error('refused');
    const { problems } = await (await prepare(podWith([injectedVolume])))();
    expect(problems).toMatchObject([
      { message: `MountVolume.SetUp failed for volume "${injectedVolume.name}" : failed to fetch token: refused` },
    ]);
  });

  describe('for a subscriber', () => {
    const onChange = vi.fn<(files: readonly VolumeFile[]) => void>();
    let controller: AbortController;

    beforeEach(() => {
      onChange.mockReset();
      controller = new AbortController();
    });

    const settings = podWith([{ name: 'v', configMap: { name: 'settings' } }]);

    it('follow their sources, each change told once with the complete list', async () => {
      const { volumes } = await (await prepare(settings))(() => watch.list(configMap('1')));
      volumes[0]?.subscribe(onChange, controller.signal);
      await clock.advance(0);
      expect(onChange).not.toHaveBeenCalled();
      watch.send({ type: 'apply', object: configMap('2') });
      await clock.advance(0);
      expect(onChange.mock.calls.map(([files]) => text(files))).toEqual([{ k: '2' }]);
      watch.send({
        type: 'apply',
        object: { ...configMap('2'), metadata: { name: 'settings', resourceVersion: '3' } },
      });
      await clock.advance(0);
      expect(onChange, 'another version with the same contents is no change').toHaveBeenCalledTimes(1);
    });

    it('tell at once what has changed since the files were read', async () => {
      const { volumes } = await (await prepare(settings))(() => watch.list(configMap('1')));
      watch.send({ type: 'apply', object: configMap('2') });
      await clock.advance(0);
      volumes[0]?.subscribe(onChange, controller.signal);
      await clock.advance(0);
      expect(onChange.mock.calls.map(([files]) => text(files))).toEqual([{ k: '2' }]);
    });

    it('stay as they were when a source goes away, and follow it when it comes back', async () => {
      const { volumes } = await (await prepare(settings))(() => watch.list(configMap('1')));
      volumes[0]?.subscribe(onChange, controller.signal);
      watch.send({ type: 'delete', object: configMap('1') });
      await clock.advance(0);
      expect(onChange).not.toHaveBeenCalled();
      expect(text(volumes[0]?.files())).toEqual({ k: '1' });
      watch.send({ type: 'apply', object: configMap('2') });
      await clock.advance(0);
      expect(onChange).toHaveBeenCalledTimes(1);
    });

    it('follow the pod itself', async () => {
      const volume = {
        name: 'd',
        downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: "metadata.labels['a']" } }] },
      };
      const { volumes } = await (await prepare(podWith([volume], { a: '1' })))();
      volumes[0]?.subscribe(onChange, controller.signal);
      handle.update(podWith([volume], { a: '2' }));
      await clock.advance(0);
      expect(onChange.mock.calls.map(([files]) => text(files))).toEqual([{ l: '2' }]);
    });

    it('have their tokens renewed in time', async () => {
      const { volumes } = await (await prepare(podWith([injectedVolume])))();
      volumes[0]?.subscribe(onChange, controller.signal);
      await clock.advance(79_999);
      expect(onChange).not.toHaveBeenCalled();
      await clock.advance(1);
      expect(onChange.mock.calls.map(([files]) => text(files))).toEqual([{ token: 'token-2' }]);
      await clock.advance(80_000);
      expect(onChange).toHaveBeenCalledTimes(2);
    });

    it('keep a token that cannot be renewed and try again every 30 s', async () => {
      const { volumes } = await (await prepare(podWith([injectedVolume])))();
      volumes[0]?.subscribe(onChange, controller.signal);
      tokenError = new Error('refused');
      await clock.advance(80_000 + 60_000);
      expect(wishes).toHaveLength(4);
      expect(onChange).not.toHaveBeenCalled();
      expect(text(volumes[0]?.files())).toEqual({ token: 'token-1' });
      tokenError = undefined;
      await clock.advance(30_000);
      expect(onChange).toHaveBeenCalledTimes(1);
    });

    it('go on after another subscriber has thrown, and end with the last one, leaving no timer', async () => {
      const { volumes } = await (
        await prepare(podWith([injectedVolume, ...(settings.spec?.volumes ?? [])]))
      )(() => watch.list(configMap('1')));
      const [token, config] = volumes;
      const broken = new AbortController();
      config?.subscribe(() => {
        throw new Error('broken');
      }, broken.signal);
      config?.subscribe(onChange, controller.signal);
      token?.subscribe(onChange, controller.signal);
      watch.send({ type: 'apply', object: configMap('2') });
      await clock.advance(0);
      expect(onChange).toHaveBeenCalledTimes(1);
      broken.abort();
      controller.abort();
      watch.send({ type: 'apply', object: configMap('3') });
      await clock.advance(200_000);
      expect(onChange).toHaveBeenCalledTimes(1);
      expect(clock.pending).toBe(0);
    });

    it('say nothing to one who has left before', async () => {
      const { volumes } = await (await prepare(settings))(() => watch.list(configMap('1')));
      controller.abort();
      volumes[0]?.subscribe(onChange, controller.signal);
      watch.send({ type: 'apply', object: configMap('2') });
      await clock.advance(0);
      expect(onChange).not.toHaveBeenCalled();
    });
  });

  it('cost nothing without a subscriber: no token is renewed, and the files are read when asked for', async () => {
    const pod = podWith([injectedVolume, { name: 'v', configMap: { name: 'settings' } }]);
    const { volumes } = await (await prepare(pod))(() => watch.list(configMap('1')));
    watch.send({ type: 'apply', object: configMap('2') });
    await clock.advance(500_000);
    expect(wishes).toHaveLength(1);
    expect(text(volumes[1]?.files())).toEqual({ k: '2' });
  });

  it('are not waited for by who does not want them any more', async () => {
    const pod = podWith([injectedVolume]);
    await prepare(pod);
    const controller = new AbortController();
    const forever = {
      token: (_wish: TokenWish, signal: AbortSignal) =>
        clock.sleep(1_000_000, signal).then(tokens.token.bind(tokens, _wish)),
    };
    const prepared = prepareVolumes({
      pod,
      handle,
      injected: { 'kube-api-access': 'deliver' },
      tokens: forever,
      node: { allocatable: {} },
      clock,
      signal: controller.signal,
    });
    controller.abort(new Error('deleted'));
    await expect(prepared).rejects.toThrow('deleted');
  });
});
