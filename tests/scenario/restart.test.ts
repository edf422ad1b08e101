import { podRefOf, type Pod } from '@vk/node/provider';
import { expect, it } from 'vitest';
import { forEachProvider } from './for-each-provider.ts';
import { hang, runningStatus } from './scripted-backend.ts';
import type { ScenarioWorld } from './scenario-world.ts';

async function runPods(world: ScenarioWorld, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_none, index) => world.createPod(`web-${index}`)));
  await world.until(() => world.pods().filter(({ status }) => status?.phase === 'Running').length === count);
}

/** Waits until a process has read the backend so many times more: whatever it would do wrong by then, it has done. */
async function listedAgain(world: ScenarioWorld): Promise<void> {
  await world.createPod('probe');
  await world.phase('probe', 'Running');
}

forEachProvider('a restart', (world) => {
  it('takes over 200 running pods without a create, a delete or a status write', async () => {
    const before = await world().startProcess();
    await runPods(world(), 200);
    await before.stop();
    world().backend.calls.length = 0;
    const versions = world()
      .pods()
      .map(({ metadata }) => metadata?.resourceVersion);
    const after = await world().startProcess();
    expect(after.nodes.status()[0]?.pods).toBe(200);
    await listedAgain(world());
    expect(after.podWrites).toEqual(['patch probe/status']);
    expect(world().backend.calls.map(({ ref }) => ref.name)).toEqual(['probe']);
    const names = new Set(['probe']);
    expect(
      world()
        .pods()
        .filter(({ metadata }) => !names.has(metadata?.name ?? ''))
        .map(({ metadata }) => metadata?.resourceVersion),
    ).toEqual(versions);
  });

  it('writes only what has changed meanwhile, and ends what ended meanwhile', async () => {
    const before = await world().startProcess();
    await runPods(world(), 3);
    await before.stop();
    world().backend.finish('web-0', 0);
    world().backend.objects.delete(world().backend.named('web-1')?.ref.uid ?? '');
    const after = await world().startProcess();
    await world().phase('web-0', 'Succeeded');
    expect((await world().phase('web-1', 'Failed')).status?.reason).toBe('NotFound');
    expect(after.podWrites.toSorted()).toEqual(['patch web-0/status', 'patch web-1/status']);
  });

  it('finishes what was deleted meanwhile: gracefully with a terminal status, by force by removing what is left', async () => {
    const before = await world().startProcess();
    await runPods(world(), 3);
    await before.stop();
    await world().deletePod('web-0');
    await world().deletePod('web-1', 0);
    await world().startProcess();
    await world().gone('web-0');
    await world().until(() => world().backend.objects.size === 1);
    expect(world().backend.named('web-2')).toBeDefined();
    expect(world().pod('web-2')?.status?.phase).toBe('Running');
  });

  it('sends again a spec that changed meanwhile, and no other', async () => {
    const before = await world().startProcess();
    await runPods(world(), 2);
    await before.stop();
    await world().patch('/api/v1/namespaces/default/pods/web-1', {
      spec: { containers: [{ name: 'app', image: 'app:2' }] },
    });
    await world().startProcess();
    await world().until(() => world().backend.named('web-1')?.prepared?.pod.spec?.containers[0]?.image === 'app:2');
    expect(
      world()
        .backend.callsOf('updatePod')
        .map(({ ref }) => ref.name),
    ).toEqual(['web-1']);
  });

  it('during a creation adopts what came of it', async () => {
    const before = await world().startProcess();
    const created = Promise.withResolvers<void>();
    world().backend.script = async ({ method, ref }, context) => {
      if (method !== 'createPod') return;
      const pod = world().pod(ref.name) as Pod;
      const { namespace, name, uid } = podRefOf(pod);
      const clusterId = world().cluster.registry.store.get('namespaces', 'kube-system')?.object.metadata.uid ?? '';
      world().backend.made.set(uid, 1);
      world().backend.put({
        ref: { namespace, name, uid },
        ownership: { clusterId, nodeName: 'vk', namespace, name, uid },
        status: runningStatus(pod),
      });
      created.resolve();
      await hang(context);
    };
    await world().createPod('web');
    await created.promise;
    await before.stop();
    world().backend.script = () => undefined;
    await world().startProcess();
    await world().phase('web', 'Running');
    expect(world().backend.callsOf('createPod')).toHaveLength(1);
    expect([...world().backend.made.values()]).toEqual([1]);
  });

  it('decides nothing by a backend that cannot be listed, and takes over when it can', async () => {
    const before = await world().startProcess();
    await runPods(world(), 3);
    await before.stop();
    world().backend.calls.length = 0;
    world().backend.listingError = new Error('the backend is out of order');
    await world().deletePod('web-0', 0);
    const after = await world().startWithoutWaiting();
    await world().until(() =>
      world()
        .node()
        ?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
    );
    expect(after.podWrites).toEqual([]);
    expect(world().backend.calls).toEqual([]);
    world().backend.listingError = undefined;
    await after.nodes.ready;
    await world().until(() => world().backend.named('web-0') === undefined);
    expect(world().backend.objects.size).toBe(2);
  });

  it('leaves pods alone that have ended', async () => {
    const before = await world().startProcess();
    await runPods(world(), 2);
    world().backend.finish('web-0', 0);
    world().backend.finish('web-1', 1);
    await Promise.all([world().phase('web-0', 'Succeeded'), world().phase('web-1', 'Failed')]);
    await before.stop();
    world().backend.objects.clear();
    world().backend.calls.length = 0;
    const after = await world().startProcess();
    await listedAgain(world());
    expect(after.podWrites).toEqual(['patch probe/status']);
    expect(world().backend.calls.map(({ ref }) => ref.name)).toEqual(['probe']);
  });
});

forEachProvider('what lies in the backend without a pod', (world) => {
  it('is removed when it is ours, whether or not it was being deleted', async () => {
    const before = await world().startProcess();
    await runPods(world(), 2);
    world().backend.stopsAtOnce = false;
    await world().deletePod('web-0');
    await world().until(() => world().backend.callsOf('deletePod').length > 0 || world().events('web-0').length > 1);
    await before.stop();
    await world().deletePod('web-0', 0);
    await world().deletePod('web-1', 0);
    world().backend.stopsAtOnce = true;
    await world().startProcess();
    await world().until(() => world().backend.objects.size === 0);
    expect(
      world()
        .backend.callsOf('removePod')
        .map(({ ref }) => ref.name)
        .toSorted(),
    ).toEqual(['web-0', 'web-1']);
  });

  it('is never touched when it carries the stamp of another cluster, another node, another pod, or none', async () => {
    const stray = (name: string) => ({ namespace: 'default', name, uid: `${name}-uid` });
    const clusterId = world().cluster.registry.store.get('namespaces', 'kube-system')?.object.metadata.uid ?? '';
    const stamp = (name: string, more: object) => ({ clusterId, nodeName: 'vk', ...stray(name), ...more });
    const status = runningStatus({ spec: { containers: [{ name: 'app' }] } });
    const { backend } = world();
    backend.put({ ref: stray('a'), status, ownership: stamp('a', { clusterId: 'another' }) });
    backend.put({ ref: stray('b'), status, ownership: stamp('b', { nodeName: 'another' }) });
    backend.put({ ref: stray('c'), status, ownership: stamp('c', { uid: 'another' }) });
    backend.put({ ref: stray('d'), status });
    await world().startProcess({ namesObjectsOfOthers: true });
    await listedAgain(world());
    expect(backend.calls.map(({ ref }) => ref.name)).toEqual(['probe']);
    expect(backend.objects.size).toBe(5);
  });
});
