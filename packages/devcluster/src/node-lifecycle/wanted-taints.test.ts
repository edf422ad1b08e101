import { describe, expect, it } from 'vitest';
import type { Node, NodeCondition, Taint } from '../resources/nodes/node-types.ts';
import { isFullDisruption, wantedTaints } from './wanted-taints.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const timeAdded = '2026-01-01T00:00:00Z';

function node(conditions: Record<string, NodeCondition['status']>, spec: Node['spec'] = {}): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec,
    status: { conditions: Object.entries(conditions).map(([type, status]) => ({ type, status })) },
  };
}

const initial: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
const own: Taint = { key: 'mine', effect: 'NoExecute' };

describe('the taints of a node', () => {
  it('stay as they are when they fit', () => {
    expect(wantedTaints(node({ Ready: 'True' }, { taints: [own] }), now)).toBeUndefined();
    expect(wantedTaints(node({ Ready: 'True' }), now)).toBeUndefined();
  });

  it('lose what a new node started with once it is ready, and keep those of others', () => {
    expect(wantedTaints(node({ Ready: 'True' }, { taints: [own, initial] }), now)).toEqual([own]);
  });

  it('say twice that a node is not ready: for new pods and for those that run', () => {
    expect(wantedTaints(node({ Ready: 'False' }, { taints: [initial] }), now)).toEqual([
      initial,
      { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute', timeAdded },
    ]);
  });

  it('say unreachable in place of not ready when the node is silent', () => {
    const taints: Taint[] = [initial, { ...initial, effect: 'NoExecute' }];
    expect(wantedTaints(node({ Ready: 'Unknown' }, { taints }), now)).toEqual([
      { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule', timeAdded },
      { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded },
    ]);
  });

  it.each([
    ['MemoryPressure', 'node.kubernetes.io/memory-pressure'],
    ['DiskPressure', 'node.kubernetes.io/disk-pressure'],
    ['PIDPressure', 'node.kubernetes.io/pid-pressure'],
    ['NetworkUnavailable', 'node.kubernetes.io/network-unavailable'],
  ])('keep new pods away under %s', (type, key) => {
    expect(wantedTaints(node({ Ready: 'True', [type]: 'True' }), now)).toEqual([
      { key, effect: 'NoSchedule', timeAdded },
    ]);
  });

  it('keep new pods away from a cordoned node, and no longer when it is uncordoned', () => {
    const key = 'node.kubernetes.io/unschedulable';
    expect(wantedTaints(node({ Ready: 'True' }, { unschedulable: true }), now)).toEqual([
      { key, effect: 'NoSchedule', timeAdded },
    ]);
    expect(wantedTaints(node({ Ready: 'True' }, { taints: [{ key, effect: 'NoSchedule' }] }), now)).toEqual([]);
  });

  it('evict nobody while evictions are held', () => {
    const taints: Taint[] = [{ ...initial, effect: 'NoExecute' }];
    expect(wantedTaints(node({ Ready: 'False' }, { taints }), now, { evictionsAreHeld: true })).toEqual([
      { ...initial, timeAdded },
    ]);
  });
});

describe('a full disruption', () => {
  it('is when no node is ready, and there is one', () => {
    expect(isFullDisruption([])).toBe(false);
    expect(isFullDisruption([node({ Ready: 'Unknown' }), node({})])).toBe(true);
    expect(isFullDisruption([node({ Ready: 'Unknown' }), node({ Ready: 'True' })])).toBe(false);
  });
});
