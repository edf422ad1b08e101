import { expect, it } from 'vitest';
import { forEachProvider } from './for-each-provider.ts';
import { hang } from './scripted-backend.ts';

forEachProvider('the deletion of pods', (world) => {
  it('asks for the grace that the user gave, and again when it is shortened', async () => {
    await world().startProcess();
    await world().createPod('web', { terminationGracePeriodSeconds: 60 });
    await world().phase('web', 'Running');
    world().backend.stopsAtOnce = false;
    const second = Promise.withResolvers<void>();
    world().backend.script = () => {
      if (world().backend.callsOf('deletePod').length === 2) second.resolve();
    };
    await world().deletePod('web');
    await world().until(() =>
      world()
        .events('web')
        .some((event) => event.startsWith('ProviderDeleteSuccess')),
    );
    await world().deletePod('web', 5);
    await second.promise;
    expect(
      world()
        .backend.callsOf('deletePod')
        .map(({ gracePeriodSeconds }) => gracePeriodSeconds),
    ).toEqual([60, 5]);
    world().backend.finish('web', 143);
    await world().gone('web');
  });

  it('ends as soon as every container has ended, long before the grace is over', async () => {
    await world().startProcess();
    await world().createPod('web', { terminationGracePeriodSeconds: 3_600 });
    await world().phase('web', 'Running');
    world().backend.stopsAtOnce = false;
    await world().deletePod('web');
    await world().until(() =>
      world()
        .events('web')
        .some((event) => event.startsWith('ProviderDeleteSuccess')),
    );
    expect(world().pod('web')?.status?.phase).toBe('Running');
    const last = world().until(() => {
      const pod = world().pod('web');
      return pod?.status?.phase === 'Failed' && pod;
    });
    world().backend.finish('web', 143);
    expect((await last).status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(143);
    await world().gone('web');
  });

  it('by force stops and removes what still runs in the backend', async () => {
    await world().startProcess();
    await world().createPod('web');
    await world().phase('web', 'Running');
    await world().deletePod('web', 0);
    await world().until(() => world().backend.objects.size === 0);
    expect(world().pod('web')).toBeUndefined();
  });

  it('by force during a creation that hangs leaves nothing behind', async () => {
    await world().startProcess();
    const hung = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<unknown>();
    world().backend.script = async ({ method }, context) => {
      if (method !== 'createPod') return;
      hung.resolve();
      await hang(context).catch((error: unknown) => {
        ended.resolve(error);
        throw error;
      });
    };
    await world().createPod('web');
    await hung.promise;
    await world().deletePod('web', 0);
    expect(await ended.promise).toMatchObject({ code: 'PodDeleted' });
    world().backend.script = () => undefined;
    await world().createPod('web');
    await world().phase('web', 'Running');
    expect(world().backend.objects.size).toBe(1);
  });

  it('gracefully ends a pod whose creation hangs, at once', async () => {
    await world().startProcess();
    const hung = Promise.withResolvers<void>();
    world().backend.script = ({ method }, context) => {
      if (method !== 'createPod') return undefined;
      hung.resolve();
      return hang(context);
    };
    await world().createPod('web');
    await hung.promise;
    await world().deletePod('web');
    await world().gone('web');
    expect(world().backend.objects.size).toBe(0);
  });

  it('of a pod that takes its time to stop is no write of its own: its end is the next one', async () => {
    const process = await world().startProcess();
    await world().createPod('web');
    await world().phase('web', 'Running');
    world().backend.stopsAtOnce = false;
    await world().deletePod('web');
    await world().until(() =>
      world()
        .events('web')
        .some((event) => event.startsWith('ProviderDeleteSuccess')),
    );
    // Another life goes by, and with it several listings of a backend that is polled.
    await world().createPod('other');
    await world().phase('other', 'Running');
    await world().deletePod('other', 0);
    await world().gone('other');
    world().backend.finish('web', 0);
    await world().gone('web');
    expect(process.podWrites.filter((write) => write.includes('web'))).toEqual([
      'patch web/status',
      'patch web/status',
      'delete web',
    ]);
  });

  it('of all pods at once ends them all', async () => {
    const process = await world().startProcess();
    const names = Array.from({ length: 30 }, (_none, index) => `web-${index}`);
    await Promise.all(names.map((name) => world().createPod(name)));
    await world().until(
      () =>
        world()
          .pods()
          .filter(({ status }) => status?.phase === 'Running').length === names.length,
    );
    await world().request('delete', 'DELETE', '/api/v1/namespaces/default/pods', {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
    });
    await world().until(() => world().pods().length === 0);
    await world().until(() => world().backend.objects.size === 0);
    expect(process.podWrites.toSorted()).toEqual(
      names.flatMap((name) => [`delete ${name}`, `patch ${name}/status`, `patch ${name}/status`]).toSorted(),
    );
  });

  it('waits for a finalizer, and removes nothing from the backend before', async () => {
    await world().startProcess();
    await world().createPod('web', {}, { finalizers: ['example.com/keep'] });
    await world().phase('web', 'Running');
    await world().deletePod('web');
    await world().phase('web', 'Succeeded');
    await world().createPod('other');
    await world().phase('other', 'Running');
    expect(world().backend.callsOf('removePod')).toEqual([]);
    await world().patch('/api/v1/namespaces/default/pods/web', { metadata: { finalizers: null } });
    await world().gone('web');
    await world().until(() => world().backend.named('web') === undefined);
  });
});
