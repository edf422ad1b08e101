import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { remoteImage } from './containerd/local-images.ts';
import { findRuntime } from './find-runtime.ts';
import { startImageRegistry, type ImageRegistry } from './image-registry.ts';
import { reportRuntime } from './report-runtime.ts';
import { patience, startRuntimeWorld, type ApiPod, type RuntimeWorld } from './runtime-world.ts';

const programs = findRuntime();
reportRuntime('private images', programs);

const user = { username: 'owner', password: 'p' };

describe.skipIf(!('found' in programs))(
  'images that are pulled with a Secret, on a real container runtime',
  { timeout: 200_000 },
  () => {
    let world: RuntimeWorld;
    let registry: ImageRegistry;
    beforeAll(async () => {
      if (!('found' in programs)) return;
      world = await startRuntimeWorld(programs.found);
      registry = await startImageRegistry([remoteImage(programs.found.busybox)], { ...world.runtime.registry, user });
      const config = JSON.stringify({ auths: { [registry.address]: user } });
      await world.cluster.client.json('POST', '/api/v1/namespaces/default/secrets', {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'pull', namespace: 'default' },
        type: 'kubernetes.io/dockerconfigjson',
        data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
      });
    }, 120_000);
    afterAll(async () => {
      await registry?.close();
      await world?.close();
    }, 60_000);

    const create = (name: string, imagePullPolicy: string, imagePullSecrets: { name: string }[] = []) =>
      world.createPod(name, {
        restartPolicy: 'Never',
        imagePullSecrets,
        containers: [{ name: 'app', image: `${registry.address}/private/app:1`, imagePullPolicy, command: ['true'] }],
      });
    const succeeds = (name: string): Promise<ApiPod> =>
      world.podBecomes(name, 'at its end', ({ status }) => status?.phase === 'Succeeded');
    /** The first event about its image: events come after the status. */
    const firstOfImage = (name: string): Promise<string | undefined> =>
      vi.waitFor(async () => {
        const found = (await world.eventsOf(name)).find((event) => /^Pull(?:ing|ed):/u.test(event));
        expect(found).toBeDefined();
        return found?.split(':', 1)[0];
      }, patience);
    const waitsBecause = (name: string, reason: string): Promise<ApiPod> =>
      world.podBecomes(name, reason, ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === reason);
    const own = [{ name: 'pull' }];

    it('they are pulled once for pods that have it, and for others only if the registry lets them', async () => {
      await create('owner', 'IfNotPresent', own);
      await succeeds('owner');
      expect(await firstOfImage('owner')).toBe('Pulling');
      await create('again', 'IfNotPresent', own);
      await succeeds('again');
      expect(await firstOfImage('again')).toBe('Pulled');
      await create('other', 'IfNotPresent');
      await waitsBecause('other', 'ImagePullBackOff');
      expect(await firstOfImage('other')).toBe('Pulling');
      await world.deletePod('other', 0);
    });

    it('they are not there for pods that must not pull, and a process that starts again knows it still', async () => {
      await world.restartNode();
      await create('must-not', 'Never');
      await waitsBecause('must-not', 'ErrImageNeverPull');
      await world.deletePod('must-not', 0);
      await create('may', 'Never', own);
      await succeeds('may');
      expect(await firstOfImage('may')).toBe('Pulled');
    });
  },
);
