import { expect, it } from 'vitest';
import { forEachProvider } from './for-each-provider.ts';
import type { ScenarioWorld } from './scenario-world.ts';

const taint = { key: 'virtual-kubelet.io/provider', value: 'scripted', effect: 'NoSchedule' } as const;

function readyStatus(world: ScenarioWorld, name = 'vk'): string | undefined {
  return world.node(name)?.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
}

forEachProvider('the Node', (world) => {
  it('comes back with its taints when somebody deletes it, and its pods go on', async () => {
    await world().startProcess({ taints: [taint] });
    await world().createPod('web');
    await world().phase('web', 'Running');
    const before = world().node()?.metadata?.uid;
    await world().request('delete', 'DELETE', '/api/v1/nodes/vk', {});
    const node = await world().until(() => {
      const current = world().node();
      return current?.metadata?.uid !== before && readyStatus(world()) === 'True' && current;
    });
    expect(node?.spec?.taints).toContainEqual(expect.objectContaining(taint));
    expect(world().backend.callsOf('deletePod')).toEqual([]);
  });

  it('keeps conditions, labels and annotations of others, and is Ready again after somebody said Unknown', async () => {
    await world().startProcess();
    await world().patch('/api/v1/nodes/vk', { metadata: { labels: { zone: 'z' }, annotations: { theirs: 'yes' } } });
    await world().patch('/api/v1/nodes/vk/status', {
      status: {
        conditions: [
          { type: 'example.com/Sick', status: 'False' },
          { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' },
        ],
      },
    });
    // A view that lags still shows the Node as it was Ready before.
    const node = await world().until(() => {
      const current = world().node();
      const types = current?.status?.conditions?.map(({ type }) => type) ?? [];
      return types.includes('example.com/Sick') && readyStatus(world()) === 'True' && current;
    });
    expect(node).toMatchObject({ metadata: { labels: { zone: 'z' }, annotations: { theirs: 'yes' } } });
  });

  it('is left Ready on exit by default, as at a restart', async () => {
    const process = await world().startProcess();
    await process.stop();
    expect(readyStatus(world())).toBe('True');
  });

  it('is not Ready, cordoned or gone on exit when that was asked for', async () => {
    const notReady = await world().startProcess({ onExit: 'not-ready' });
    await notReady.stop();
    expect(readyStatus(world())).toBe('False');
    const cordon = await world().startProcess({ onExit: 'cordon' });
    expect(readyStatus(world())).toBe('True');
    await cordon.stop();
    expect(world().node()?.spec?.unschedulable).toBe(true);
    const gone = await world().startProcess({ onExit: 'delete' });
    await gone.stop();
    expect(world().node()).toBeUndefined();
    expect(world().cluster.registry.store.get('leases', 'kube-node-lease/vk')).toBeUndefined();
  });

  it('is not taken from a real kubelet', async () => {
    const foreign = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'vk', labels: { mine: 'yes' } } };
    await world().request('create', 'POST', '/api/v1/nodes', foreign);
    await expect(world().startProcess()).rejects.toMatchObject({ code: 'NodeNotOurs' });
    expect(world().node()?.metadata?.labels).toEqual({ mine: 'yes' });
  });

  it('is one of several in a process: each runs its own pods', async () => {
    const process = await world().startProcess({ names: ['vk', 'vk-2'] });
    await Promise.all([world().createPod('a'), world().createPod('b', { nodeName: 'vk-2' })]);
    await Promise.all([world().phase('a', 'Running'), world().phase('b', 'Running')]);
    expect(world().backend.named('a')?.ownership?.nodeName).toBe('vk');
    expect(world().backend.named('b')?.ownership?.nodeName).toBe('vk-2');
    expect(process.nodes.status().map(({ name, ready, pods }) => [name, ready, pods])).toEqual([
      ['vk', true, 1],
      ['vk-2', true, 1],
    ]);
    await Promise.all([world().deletePod('a'), world().deletePod('b')]);
    await Promise.all([world().gone('a'), world().gone('b')]);
  });
});
