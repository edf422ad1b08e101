import { describe, expect, it } from 'vitest';
import type { NodeShape } from '../provider/node-provider.ts';
import type { Node } from '../provider/wire.ts';
import { applyStrategicPatch } from '../testing/apply-strategic-patch.ts';
import { carriesOurStamp, lastAppliedAnnotations } from './last-applied.ts';
import { desiredNode, type NodeIdentity } from './node-object.ts';
import { nodePatch } from './node-patch.ts';

const now = '2026-01-01T00:05:00Z';
const identity: NodeIdentity = {
  name: 'vk',
  operatingSystem: 'linux',
  architecture: 'amd64',
  kubeletVersion: 'v1.36.0-vk',
  labels: { team: 'a' },
  annotations: { note: 'n' },
  taints: [],
  kubeletPort: 10250,
  declaredFeatures: [],
};
const addresses = [{ type: 'InternalIP', address: '192.0.2.1' }] as const;

function desired(shape: NodeShape = {}, ready: 'True' | 'False' = 'True', labels = identity.labels): Node {
  const condition = { type: 'Ready', status: ready, reason: 'KubeletReady', message: 'm' };
  return desiredNode({ ...identity, labels }, { capacity: { cpu: '4' }, addresses, ...shape }, condition);
}

/** The Node as it is in the API after `node` was written to it. */
function written(current: Node, node: Node): Node {
  const patch = nodePatch(current, node, { now, heartbeat: false });
  return patch === undefined ? current : applyStrategicPatch(current, patch);
}

const registered = written({ metadata: { name: 'vk' } }, desired());

describe('nodePatch', () => {
  it('is undefined when the Node is as it should be, and comes to that with one write', () => {
    expect(nodePatch(registered, desired(), { now, heartbeat: false })).toBeUndefined();
    expect(carriesOurStamp(registered)).toBe(true);
  });

  it('keeps labels, annotations, conditions and capacity of others', () => {
    const foreign = { type: 'example.com/Sick', status: 'False' };
    const node: Node = {
      ...registered,
      metadata: {
        ...registered.metadata,
        labels: { ...registered.metadata?.labels, zone: 'z' },
        annotations: { ...registered.metadata?.annotations, other: 'o' },
      },
      status: {
        ...registered.status,
        capacity: { cpu: '4', 'example.com/gpu': '2' },
        conditions: [foreign, ...(registered.status?.conditions ?? [])],
      },
    };
    const result = written(node, desired({ capacity: { cpu: '8' } }, 'False'));
    expect(result.metadata?.labels).toMatchObject({ zone: 'z', team: 'a' });
    expect(result.metadata?.annotations).toMatchObject({ other: 'o', note: 'n' });
    expect(result.status?.capacity).toEqual({ cpu: '8', 'example.com/gpu': '2' });
    expect(result.status?.conditions).toContainEqual(foreign);
    expect(result.status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('False');
  });

  it('takes away what it wrote before and no longer wants: labels, capacity and conditions', () => {
    const shape: NodeShape = { capacity: { cpu: '4', memory: '1Gi' }, conditions: [{ type: 'Odd', status: 'True' }] };
    const before = written({ metadata: { name: 'vk' } }, desired(shape, 'True', { team: 'a', old: 'x' }));
    expect(before.metadata?.labels).toHaveProperty('old');
    const after = written(before, desired());
    expect(after.metadata?.labels).not.toHaveProperty('old');
    expect(after.status?.capacity).toEqual({ cpu: '4' });
    expect(after.status?.conditions?.map(({ type }) => type)).not.toContain('Odd');
  });

  it('writes heartbeats only with a report that is due, and keeps the times of what has not changed', () => {
    const later = { now: '2026-01-01T00:10:00Z', heartbeat: true };
    const patch = nodePatch(registered, desired(), later);
    const result = applyStrategicPatch(registered, patch ?? {});
    for (const condition of result.status?.conditions ?? []) {
      expect(condition).toMatchObject({ lastHeartbeatTime: later.now, lastTransitionTime: now });
    }
    expect(Object.keys(patch ?? {})).toEqual(['status']);
  });

  it('replaces the list of addresses, so that two of one type survive', () => {
    const both = [...addresses, { type: 'InternalIP', address: '2001:db8::1' }];
    expect(written(registered, desired({ addresses: both })).status?.addresses).toEqual(both);
  });

  it('never touches taints and cordons', () => {
    const patch = nodePatch(registered, desired({ taints: [{ key: 'k', effect: 'NoSchedule' }] }), {
      now,
      heartbeat: true,
    });
    expect(Object.keys(patch ?? {})).not.toContain('spec');
  });

  it('removes nothing when its memory of the last write was edited by hand', () => {
    const [metaKey = ''] = Object.keys(lastAppliedAnnotations(desired()));
    const broken: Node = {
      ...registered,
      metadata: {
        ...registered.metadata,
        labels: { ...registered.metadata?.labels, kept: 'k' },
        annotations: { ...registered.metadata?.annotations, [metaKey]: '{not json' },
      },
    };
    expect(written(broken, desired()).metadata?.labels).toMatchObject({ kept: 'k', team: 'a' });
  });
});

describe('desiredNode', () => {
  it('sets only labels that NodeRestriction allows a node to set on itself', () => {
    expect(Object.keys(desired().metadata?.labels ?? {}).toSorted()).toEqual([
      'kubernetes.io/arch',
      'kubernetes.io/hostname',
      'kubernetes.io/os',
      'team',
      'type',
    ]);
  });

  it('lets the provider say what it knows, but never whether the node is ready', () => {
    const node = desired({
      operatingSystem: 'windows',
      nodeInfo: { osImage: 'x' },
      conditions: [
        { type: 'Ready', status: 'Unknown' },
        { type: 'DiskPressure', status: 'True' },
      ],
    });
    const status = (type: string): string | undefined =>
      node.status?.conditions?.find((condition) => condition.type === type)?.status;
    expect([status('Ready'), status('DiskPressure'), status('MemoryPressure')]).toEqual(['True', 'True', 'False']);
    expect(node.status?.nodeInfo).toMatchObject({
      operatingSystem: 'windows',
      osImage: 'x',
      kubeletVersion: 'v1.36.0-vk',
    });
    expect(node.metadata?.labels?.['kubernetes.io/os']).toBe('windows');
  });
});
