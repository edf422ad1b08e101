import { expect, it } from 'vitest';
import { forEachProvider } from './for-each-provider.ts';
import { hang } from './scripted-backend.ts';

forEachProvider('a backend that misbehaves', (world) => {
  it('may fail a create that has worked: the pod is adopted, not doubled', async () => {
    await world().startProcess({ providerTimeoutMilliseconds: 200 });
    let first = true;
    world().backend.script = async ({ method, ref }, context) => {
      if (method !== 'createPod' || !first) return;
      first = false;
      const pod = world().pod(ref.name);
      const clusterId = world().cluster.registry.store.get('namespaces', 'kube-system')?.object.metadata.uid ?? '';
      const ownership = { ...ref, clusterId, nodeName: 'vk' };
      world().backend.create({ pod: pod ?? {}, environment: {}, volumes: [], ownership, hash: 'of-the-first-try' });
      await hang(context);
    };
    await world().createPod('web');
    await world().phase('web', 'Running');
    expect(world().backend.callsOf('createPod')).toHaveLength(1);
    expect([...world().backend.made.values()]).toEqual([1]);
  });

  it('may hang on more creates than there are workers: other pods run all the same', async () => {
    await world().startProcess({ podSyncWorkers: 2 });
    world().backend.script = ({ ref }, context) => (ref.name.startsWith('hung') ? hang(context) : undefined);
    await Promise.all(Array.from({ length: 3 }, (_none, index) => world().createPod(`hung-${index}`)));
    await world().createPod('web');
    await world().phase('web', 'Running');
    expect([...world().backend.objects.values()].map(({ ref }) => ref.name)).toEqual(['web']);
  });

  it('may fail for a while: the pod says why, is tried again, and runs', async () => {
    await world().startProcess();
    world().backend.script = ({ method }) => {
      if (method === 'createPod' && world().backend.callsOf('createPod').length < 3) throw new Error('no capacity');
    };
    const said = world().until(() => {
      const status = world().pod('web')?.status;
      return status?.reason === 'ProviderFailed' && status;
    });
    await world().createPod('web', { restartPolicy: 'Never' });
    expect(await said).toMatchObject({ phase: 'Pending', message: 'no capacity' });
    await world().phase('web', 'Running');
    await world().until(() =>
      world()
        .events('web')
        .some((event) => event === 'ProviderCreateFailed: no capacity'),
    );
  });

  it('may name no pods at all by failing: nothing is taken for lost, and it is asked again', async () => {
    const process = await world().startProcess();
    await world().createPod('web');
    await world().phase('web', 'Running');
    const seen = world().backend.listings;
    world().backend.listingError = new Error('out of order');
    await world().createPod('next');
    await world().phase('next', 'Running');
    expect(world().backend.listings).toBeGreaterThanOrEqual(seen);
    expect(world().pod('web')?.status?.phase).toBe('Running');
    expect(process.podWrites).toEqual(['patch web/status', 'patch next/status']);
    world().backend.listingError = undefined;
    world().backend.finish('web', 0);
    await world().phase('web', 'Succeeded');
  });

  it('may be shared by two processes for one node: one object per pod, nothing live deleted, and a warning', async () => {
    const lease = { leaseDurationSeconds: 2 };
    await Promise.all([world().startProcess(lease), world().startProcess(lease)]);
    const names = Array.from({ length: 20 }, (_none, index) => `web-${index}`);
    await Promise.all(names.map((name) => world().createPod(name)));
    await world().until(
      () =>
        world()
          .pods()
          .filter(({ status }) => status?.phase === 'Running').length === names.length,
    );
    await world().until(() =>
      world()
        .events('vk')
        .some((event) => event.startsWith('NodeLeaseContention')),
    );
    expect([...world().backend.made.values()]).toEqual(names.map(() => 1));
    expect(world().backend.callsOf('deletePod')).toEqual([]);
    await Promise.all(names.map((name) => world().deletePod(name)));
    await world().until(() => world().pods().length === 0 && world().backend.objects.size === 0);
    expect(Math.max(...world().backend.made.values())).toBe(1);
  });
});
