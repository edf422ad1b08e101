import { describe, expect, it } from 'vitest';
import type { NodeShape } from '../provider/node-provider.ts';
import type { NodeCondition } from '../provider/wire.ts';
import { desiredNode, type NodeIdentity } from './node-object.ts';

const ready: NodeCondition = { type: 'Ready', status: 'True', reason: 'KubeletReady' };
const identity: NodeIdentity = {
  name: 'vk',
  operatingSystem: 'linux',
  architecture: 'amd64',
  kubeletVersion: 'v1.36.0-vk',
  labels: {},
  annotations: {},
  taints: [],
  kubeletPort: 0,
  declaredFeatures: [],
};

function conditionsOf(shape: NodeShape): string[] | undefined {
  return desiredNode(identity, shape, ready).status?.conditions?.map(
    ({ type, status, reason }) => `${type} ${status} ${reason}`,
  );
}

describe('the Node as it should be', () => {
  it('has the conditions of a healthy kubelet where its provider says nothing', () => {
    expect(conditionsOf({})).toEqual([
      'MemoryPressure False KubeletHasSufficientMemory',
      'DiskPressure False KubeletHasNoDiskPressure',
      'PIDPressure False KubeletHasSufficientPID',
      'Ready True KubeletReady',
    ]);
  });

  it('leaves NetworkUnavailable to the route controller of a cloud, as a kubelet does, unless its provider knows better', () => {
    expect(conditionsOf({})?.join()).not.toContain('NetworkUnavailable');
    expect(
      conditionsOf({ conditions: [{ type: 'NetworkUnavailable', status: 'False', reason: 'RouteCreated' }] }),
    ).toContain('NetworkUnavailable False RouteCreated');
  });

  it('has what the provider says of a condition, except of Ready', () => {
    const conditions: NonNullable<NodeShape['conditions']> = [
      { type: 'PIDPressure', status: 'True', reason: 'Crowded' },
      { type: 'Ready', status: 'False', reason: 'Mistaken' },
      { type: 'example.com/Full', status: 'True', reason: 'Queue' },
    ];
    expect(conditionsOf({ conditions })?.slice(2)).toEqual([
      'PIDPressure True Crowded',
      'Ready True KubeletReady',
      'example.com/Full True Queue',
    ]);
  });

  it('can take pods where its provider names no capacity, and what is allocatable is the capacity', () => {
    const { capacity, allocatable } = desiredNode(identity, {}, ready).status ?? {};
    expect(capacity).toMatchObject({ pods: '110' });
    expect(allocatable).toEqual(capacity);
    const given = desiredNode(identity, { capacity: { cpu: '4' }, allocatable: { cpu: '3' } }, ready).status;
    expect([given?.capacity, given?.allocatable]).toEqual([{ cpu: '4' }, { cpu: '3' }]);
  });

  it('has only labels that a node may set on itself; those of the operator win over those of the provider', () => {
    const shape: NodeShape = { operatingSystem: 'windows', labels: { site: 'provider', rack: '1' } };
    const node = desiredNode({ ...identity, labels: { site: 'operator' } }, shape, ready);
    expect(node.metadata?.labels).toEqual({
      type: 'virtual-kubelet',
      'kubernetes.io/hostname': 'vk',
      'kubernetes.io/os': 'windows',
      'kubernetes.io/arch': 'amd64',
      site: 'operator',
      rack: '1',
    });
    expect(node.status?.nodeInfo?.operatingSystem).toBe('windows');
  });
});
