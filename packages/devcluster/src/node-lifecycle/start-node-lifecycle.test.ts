import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeObject, removeObject } from '../control-loop/registry-access.ts';
import type { StartedLoop } from '../control-loop/start-loop.ts';
import { eventually, settle } from '../control-loop/testing/eventually.ts';
import { type ManualClock, manualClock } from '../control-loop/testing/manual-clock.ts';
import { create, testRegistry } from '../control-loop/testing/test-registry.ts';
import type { Registry } from '../registry/registry.ts';
import type { CoreEvent } from '../resources/events.ts';
import type { Lease } from '../resources/leases.ts';
import type { Node, NodeCondition } from '../resources/nodes/node-types.ts';
import type { Pod } from '../resources/pods/pod-types.ts';
import { startNodeLifecycle } from './start-node-lifecycle.ts';
import { conditionOf } from './wanted-taints.ts';

let clock: ManualClock;
let registry: Registry;
let loop: StartedLoop;
const errors: unknown[] = [];

beforeEach(() => {
  errors.length = 0;
  clock = manualClock();
  registry = testRegistry(clock);
  loop = startNodeLifecycle(registry, (error) => errors.push(error), { nodeMonitorGracePeriod: 40_000 });
});

afterEach(() => {
  loop.stop();
  if (errors.length > 0) throw new AggregateError(errors);
});

const seconds = 1000;

function addNode(name: string, status: NodeCondition['status'] = 'True'): Node {
  const lastHeartbeatTime = '2026-01-01T00:00:00Z';
  const conditions = [{ type: 'Ready', status, lastHeartbeatTime, lastTransitionTime: lastHeartbeatTime }];
  return create(registry, 'nodes', { metadata: { name }, status: { conditions } }) as Node;
}

function node(name: string): Node {
  return registry.store.get('nodes', name)?.object as Node;
}

function addPod(name: string, nodeName: string, spec: object = {}): Pod {
  const added = create(registry, 'pods', {
    metadata: { name, namespace: 'default' },
    spec: { nodeName, containers: [{ name: 'a', image: 'x' }], ...spec },
  }) as Pod;
  changeObject<Pod>(registry, { plural: 'pods', object: added, subresource: 'status' }, (current) => {
    current.status = {
      ...current.status,
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True', reason: 'Up' }],
    };
  });
  return added;
}

function pod(name: string): Pod | undefined {
  return registry.store.get('pods', `default/${name}`)?.object as Pod | undefined;
}

function setReady(name: string, status: NodeCondition['status']): void {
  changeObject<Node>(registry, { plural: 'nodes', object: node(name), subresource: 'status' }, (current) => {
    const lastHeartbeatTime = new Date(clock.now()).toISOString();
    current.status = { ...current.status, conditions: [{ type: 'Ready', status, lastHeartbeatTime }] };
  });
}

function taints(name: string): string[] {
  return (node(name).spec.taints ?? []).map(({ key, effect }) => `${key.replace('node.kubernetes.io/', '')}:${effect}`);
}

function reasons(about: string): (string | undefined)[] {
  const all = registry.store.list('events').map(({ object }) => object as CoreEvent);
  return all.filter(({ involvedObject }) => involvedObject?.name === about).map(({ reason }) => reason);
}

/** Moves time on in steps, as the loop looks at it every five seconds. */
async function pass(milliseconds: number, eachStep: () => void = () => undefined): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 5 * seconds) {
    eachStep();
    clock.advance(5 * seconds);
    await settle();
  }
}

describe('a node that is ready', () => {
  it('is registered, and loses the taint that it started with', async () => {
    addNode('n');
    await eventually(() => taints('n').length === 0);
    expect(reasons('n')).toEqual(['RegisteredNode']);
  });

  it('stays ready while its lease is renewed, however old its status is', async () => {
    addNode('n');
    const lease = create(registry, 'leases', {
      metadata: { name: 'n', namespace: 'kube-node-lease' },
      spec: { holderIdentity: 'n', renewTime: '2026-01-01T00:00:00.000000Z' },
    }) as Lease;
    await pass(120 * seconds, () =>
      changeObject<Lease>(registry, { plural: 'leases', object: lease, subresource: '' }, (current) => {
        current.spec = { ...current.spec, renewTime: new Date(clock.now()).toISOString().replace('Z', '000Z') };
      }),
    );
    expect(conditionOf(node('n'), 'Ready')?.status).toBe('True');
  });

  it('becomes Unknown when nothing is heard of it for the grace period, and unreachable', async () => {
    addNode('n');
    await pass(40 * seconds);
    expect(conditionOf(node('n'), 'Ready')?.status).toBe('True');
    await pass(10 * seconds);
    expect(conditionOf(node('n'), 'Ready')).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    });
    expect(conditionOf(node('n'), 'MemoryPressure')).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
    });
    expect(reasons('n')).toEqual(['RegisteredNode', 'NodeNotReady']);
    expect(taints('n')).toEqual(['unreachable:NoSchedule']);
  });

  it('drives pods away when it falls silent while another node is well', async () => {
    addNode('n');
    addNode('other');
    await pass(50 * seconds, () => setReady('other', 'True'));
    expect(taints('n')).toEqual(['unreachable:NoSchedule', 'unreachable:NoExecute']);
    expect(taints('other')).toEqual([]);
  });

  it('is as before when it is heard of again', async () => {
    addNode('n');
    addNode('other');
    await pass(50 * seconds, () => setReady('other', 'True'));
    setReady('n', 'True');
    await eventually(() => taints('n').length === 0);
    expect(conditionOf(node('n'), 'Ready')?.status).toBe('True');
  });
});

describe('a node that never reports itself', () => {
  it('is given longer, and then becomes Unknown too', async () => {
    create(registry, 'nodes', { metadata: { name: 'n' } });
    await pass(60 * seconds);
    expect(conditionOf(node('n'), 'Ready')).toBeUndefined();
    await pass(10 * seconds);
    expect(conditionOf(node('n'), 'Ready')).toMatchObject({ status: 'Unknown', reason: 'NodeStatusNeverUpdated' });
  });
});

describe('a pod on a node that is not ready', () => {
  beforeEach(async () => {
    addNode('other');
    addNode('n');
    await eventually(() => taints('n').length === 0);
  });

  it('is not ready either, and keeps the reason that it had', async () => {
    addPod('p', 'n');
    setReady('n', 'False');
    await eventually(() => reasons('p').includes('NodeNotReady'));
    expect(pod('p')?.status?.conditions).toMatchObject([{ type: 'Ready', status: 'False', reason: 'Up' }]);
    expect(pod('p')?.status?.phase).toBe('Running');
  });

  it('is deleted after the time that it tolerates, and says why', async () => {
    addPod('p', 'n');
    setReady('n', 'False');
    await eventually(() => taints('n').includes('not-ready:NoExecute'));
    await pass(295 * seconds, () => (setReady('n', 'False'), setReady('other', 'True')));
    expect(pod('p')?.metadata.deletionTimestamp).toBeUndefined();
    await pass(10 * seconds, () => (setReady('n', 'False'), setReady('other', 'True')));
    expect(pod('p')?.metadata.deletionTimestamp).toBeDefined();
    expect(pod('p')?.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' }),
    );
    expect(reasons('p')).toEqual(['NodeNotReady', 'TaintManagerEviction']);
  });

  it('stays when the node recovers in time', async () => {
    addPod('p', 'n');
    setReady('n', 'False');
    await eventually(() => taints('n').includes('not-ready:NoExecute'));
    await pass(100 * seconds, () => (setReady('n', 'False'), setReady('other', 'True')));
    setReady('n', 'True');
    await pass(300 * seconds, () => (setReady('n', 'True'), setReady('other', 'True')));
    expect(pod('p')?.metadata.deletionTimestamp).toBeUndefined();
    expect(reasons('p')).toEqual(['NodeNotReady', 'TaintManagerEviction']);
  });

  it('stays for ever when it tolerates everything', async () => {
    addPod('p', 'n', { tolerations: [{ operator: 'Exists' }] });
    setReady('n', 'False');
    await pass(600 * seconds, () => (setReady('n', 'False'), setReady('other', 'True')));
    expect(pod('p')?.metadata.deletionTimestamp).toBeUndefined();
  });

  it('goes at once when somebody taints the node and it does not tolerate that', async () => {
    addPod('p', 'n');
    changeObject<Node>(registry, { plural: 'nodes', object: node('n'), subresource: '' }, (current) => {
      current.spec.taints = [{ key: 'maintenance', effect: 'NoExecute' }];
    });
    await eventually(() => pod('p')?.metadata.deletionTimestamp !== undefined);
    expect(reasons('p')).toEqual(['TaintManagerEviction']);
  });
});

describe('the pods of a node that was deleted', () => {
  it('are failed and removed after the grace period', async () => {
    addNode('n');
    addPod('p', 'n');
    removeObject(registry, { plural: 'nodes', object: node('n') });
    const phases: (string | undefined)[] = [];
    registry.store.subscribe('pods', ({ current }) => phases.push((current.object as Pod).status?.phase));
    await pass(35 * seconds);
    expect(pod('p')).toBeDefined();
    await pass(15 * seconds);
    expect(pod('p')).toBeUndefined();
    expect(phases).toContain('Failed');
    expect(reasons('n')).toEqual(['RegisteredNode', 'RemovingNode']);
  });

  it('stay when the node comes back in time', async () => {
    addNode('n');
    addPod('p', 'n');
    removeObject(registry, { plural: 'nodes', object: node('n') });
    await pass(30 * seconds);
    addNode('n');
    await pass(60 * seconds, () => setReady('n', 'True'));
    expect(pod('p')).toBeDefined();
  });
});
