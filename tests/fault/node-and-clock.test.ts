import type { Node } from '@vk/node/provider';
import { expect, test } from 'vitest';
import { callsOf, expectPromisesKept, livingWorld, uidOf } from '../rig/living-world.ts';
import { nodeName, type World } from '../rig/world.ts';

interface Lease {
  readonly metadata: { readonly ownerReferences?: readonly { readonly kind: string; readonly uid: string }[] };
  readonly spec: { readonly holderIdentity?: string; readonly renewTime?: string };
}

const leasePath = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${nodeName}`;
const nodePath = `/api/v1/nodes/${nodeName}`;
const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';

function leaseOf(world: World): Lease | undefined {
  return world.door.cluster.registry.store.get('leases', `kube-node-lease/${nodeName}`)?.object as Lease | undefined;
}

function nodeOf(world: World): Node | undefined {
  return world.door.cluster.registry.store.get('nodes', nodeName)?.object;
}

function conditionOf(world: World, type: string): string | undefined {
  return nodeOf(world)?.status?.conditions?.find((condition) => condition.type === type)?.status;
}

test('A lease that somebody else took is taken back, and an event says that two processes run for the node', async () => {
  const world = await livingWorld(['web']);
  await world.user.send(
    'PATCH',
    leasePath,
    { spec: { holderIdentity: 'somebody', renewTime: '2026-01-01T00:00:05.000000Z' } },
    merge,
  );
  await world.run(15_000);
  expect(leaseOf(world)?.spec.holderIdentity).toBe(nodeName);
  const events = world.door.cluster.registry.store.list('events').map(({ object }) => object['reason']);
  expect(events).toContain('NodeLeaseContention');
  await expectPromisesKept(world);
});

test('A lease that was deleted is made again, with the Node as its owner', async () => {
  const world = await livingWorld(['web']);
  await world.user.send('DELETE', leasePath);
  await world.run(15_000);
  expect(leaseOf(world)?.metadata.ownerReferences).toMatchObject([{ kind: 'Node', uid: nodeOf(world)?.metadata?.uid }]);
  await expectPromisesKept(world);
});

test('A Node that was deleted is registered again with its taints, and its pods go on', async () => {
  const taint = { key: 'virtual-kubelet.io/provider', value: 'simulated', effect: 'NoSchedule' as const };
  const world = await livingWorld(['web'], { nodeOptions: { taints: [taint] } });
  const before = nodeOf(world)?.metadata?.uid;
  await world.user.send('DELETE', nodePath);
  await world.run(30_000);
  expect(nodeOf(world)?.metadata?.uid).not.toBe(before);
  expect(nodeOf(world)?.spec?.taints).toContainEqual(taint);
  expect(callsOf(world, 'createPod', uidOf(world, 'web'))).toBe(1);
  expect(callsOf(world, 'deletePod')).toBe(0);
  await expectPromisesKept(world);
});

test('Conditions, labels, annotations and taints of others on the Node survive every report', async () => {
  const world = await livingWorld(['web']);
  await world.user.send(
    'PATCH',
    nodePath,
    {
      metadata: { labels: { 'example.com/rack': '7' }, annotations: { 'example.com/note': 'here' } },
      spec: { unschedulable: true, taints: [{ key: 'example.com/drain', effect: 'NoSchedule' }] },
    },
    strategic,
  );
  await world.user.send(
    'PATCH',
    `${nodePath}/status`,
    { status: { conditions: [{ type: 'example.com/Cool', status: 'True' }] } },
    strategic,
  );
  await world.run(660_000);
  expect(nodeOf(world)?.metadata?.labels).toMatchObject({ 'example.com/rack': '7' });
  expect(nodeOf(world)?.metadata?.annotations).toMatchObject({ 'example.com/note': 'here' });
  expect(nodeOf(world)?.spec).toMatchObject({ unschedulable: true });
  expect(nodeOf(world)?.spec?.taints?.map(({ key }) => key)).toContain('example.com/drain');
  expect(conditionOf(world, 'example.com/Cool')).toBe('True');
  await expectPromisesKept(world);
});

test.for(['False', 'Unknown'])(
  'A Ready condition that somebody set to %s is set right within seconds',
  async (status) => {
    const world = await livingWorld(['web']);
    await world.user.send(
      'PATCH',
      `${nodePath}/status`,
      { status: { conditions: [{ type: 'Ready', status }] } },
      strategic,
    );
    expect(conditionOf(world, 'Ready')).toBe(status);
    await world.run(5_000);
    expect(conditionOf(world, 'Ready')).toBe('True');
  },
);

test('A status that somebody else wrote over is set right, and what they added of their own stays', async () => {
  const world = await livingWorld(['web']);
  await world.user.patchPod(
    'web',
    {
      status: {
        phase: 'Pending',
        conditions: [
          { type: 'Ready', status: 'False' },
          { type: 'example.com/gate', status: 'True' },
        ],
      },
    },
    'status',
  );
  await world.run(2_000);
  const { status } = world.user.pod('web') ?? {};
  expect(status?.phase).toBe('Running');
  expect(status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
  expect(status?.conditions?.find(({ type }) => type === 'example.com/gate')?.status).toBe('True');
  await expectPromisesKept(world);
});

test.for([
  { what: 'forward', hours: 1 },
  { what: 'back', hours: -1 },
])(
  'When the clock jumps an hour $what, leases are renewed in time and pods get the whole of their grace',
  async ({ hours }) => {
    const world = await livingWorld(['web', 'slow'], { times: { stop: 20_000 } });
    await world.user.deletePod('slow');
    await world.run(1_000);
    world.clock.setWall(world.clock.now() + hours * 3_600_000);
    await world.run(15_000);
    expect(world.backend.objects.get(uidOf(world, 'slow'))?.phase).toBe('Running');
    expect(Math.abs(world.clock.now() - Date.parse(leaseOf(world)?.spec.renewTime ?? ''))).toBeLessThan(11_000);
    await world.run(10_000);
    expect(world.user.pod('slow')).toBeUndefined();
    await world.user.createPod('late');
    await expectPromisesKept(world);
  },
);
