import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeObject, removeObject } from '../control-loop/registry-access.ts';
import type { StartedLoop } from '../control-loop/start-loop.ts';
import { eventually, settle } from '../control-loop/testing/eventually.ts';
import { manualClock } from '../control-loop/testing/manual-clock.ts';
import { create, testRegistry } from '../control-loop/testing/test-registry.ts';
import type { Registry } from '../registry/registry.ts';
import type { CoreEvent } from '../resources/events.ts';
import type { Node } from '../resources/nodes/node-types.ts';
import type { Pod, PodSpec } from '../resources/pods/pod-types.ts';
import { startScheduler } from './start-scheduler.ts';

let registry: Registry;
let loop: StartedLoop;
const errors: unknown[] = [];

beforeEach(() => {
  errors.length = 0;
  registry = testRegistry(manualClock());
  loop = startScheduler(registry, (error) => errors.push(error));
});

afterEach(() => {
  loop.stop();
  if (errors.length > 0) throw new AggregateError(errors);
});

const tolerations = [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists' }];

function addPod(name: string, spec: Partial<PodSpec> = {}): Pod {
  const body = {
    metadata: { name, namespace: 'default' },
    spec: { containers: [{ name: 'a', image: 'x' }], tolerations, ...spec },
  };
  return create(registry, 'pods', body) as Pod;
}

function addNode(name: string, capacity: Record<string, string> = { cpu: '1', memory: '1Gi', pods: '10' }): Node {
  return create(registry, 'nodes', { metadata: { name }, status: { capacity } }) as Node;
}

function pod(name: string): Pod | undefined {
  return registry.store.get('pods', `default/${name}`)?.object as Pod | undefined;
}

function events(name: string): string[] {
  const all = registry.store.list('events').map(({ object }) => object as CoreEvent);
  return all
    .filter(({ involvedObject }) => involvedObject?.name === name)
    .map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
}

const half = [{ name: 'a', image: 'x', resources: { requests: { cpu: '600m' } } }];

describe('the scheduler', () => {
  it('binds a pod, and says so', async () => {
    addNode('n1');
    addPod('p');
    await eventually(() => events('p').length > 0);
    expect(pod('p')?.spec.nodeName).toBe('n1');
    expect(events('p')).toEqual(['Normal Scheduled: Successfully assigned default/p to n1']);
  });

  it('says in an event and in the status why a pod goes nowhere, and once only', async () => {
    const added = addPod('p');
    await eventually(() => pod('p')?.status?.conditions !== undefined);
    const message = 'no nodes available to schedule pods';
    expect(pod('p')?.status?.conditions).toMatchObject([
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, observedGeneration: 1 },
    ]);
    changeObject<Pod>(registry, { plural: 'pods', object: added, subresource: '' }, (current) => {
      current.metadata.labels = { touched: 'yes' };
    });
    await settle();
    expect(events('p')).toEqual([`Warning FailedScheduling: ${message}`]);
  });

  it('tries again when a node comes', async () => {
    addPod('p');
    await eventually(() => events('p').length === 1);
    addNode('n1');
    await eventually(() => pod('p')?.spec.nodeName !== undefined);
    expect(pod('p')?.spec.nodeName).toBe('n1');
  });

  it('tries again when a pod goes and makes room', async () => {
    addNode('n1');
    const first = addPod('first', { containers: half });
    await eventually(() => pod('first')?.spec.nodeName === 'n1');
    addPod('second', { containers: half });
    await eventually(() => events('second').length === 1);
    expect(events('second')[0]).toContain('1 Insufficient cpu');
    removeObject(registry, { plural: 'pods', object: first }, 0);
    await eventually(() => pod('second')?.spec.nodeName !== undefined);
    expect(pod('second')?.spec.nodeName).toBe('n1');
  });

  it('tries again when a pod ends, which makes room too', async () => {
    addNode('n1');
    const first = addPod('first', { containers: half, restartPolicy: 'Never' });
    addPod('second', { containers: half });
    await eventually(() => events('second').length === 1);
    changeObject<Pod>(registry, { plural: 'pods', object: first, subresource: 'status' }, (current) => {
      current.status = { ...current.status, phase: 'Succeeded' };
    });
    await eventually(() => pod('second')?.spec.nodeName !== undefined);
    expect(pod('second')?.spec.nodeName).toBe('n1');
  });

  it('tries again when a node gets room', async () => {
    const node = addNode('n1', { cpu: '100m', memory: '1Gi', pods: '10' });
    addPod('p', { containers: half });
    await eventually(() => events('p').length === 1);
    changeObject<Node>(registry, { plural: 'nodes', object: node, subresource: 'status' }, (current) => {
      current.status = { ...current.status, allocatable: { cpu: '1', memory: '1Gi', pods: '10' } };
    });
    await eventually(() => pod('p')?.spec.nodeName !== undefined);
    expect(pod('p')?.spec.nodeName).toBe('n1');
  });

  it('leaves a gated pod alone until its gates are gone', async () => {
    addNode('n1');
    const gated = addPod('p', { schedulingGates: [{ name: 'wait' }] });
    await settle();
    expect(pod('p')?.spec.nodeName).toBeUndefined();
    changeObject<Pod>(registry, { plural: 'pods', object: gated, subresource: '' }, (current) => {
      delete current.spec.schedulingGates;
    });
    await eventually(() => pod('p')?.spec.nodeName !== undefined);
    expect(pod('p')?.spec.nodeName).toBe('n1');
  });

  it('leaves pods of other schedulers alone', async () => {
    addNode('n1');
    addPod('p', { schedulerName: 'another' });
    await settle();
    expect(pod('p')?.spec.nodeName).toBeUndefined();
  });

  it('spreads pods over nodes, and never gives one more than it has', async () => {
    for (const name of ['n1', 'n2', 'n3']) addNode(name, { cpu: '1', memory: '1Gi', pods: '2' });
    for (let index = 0; index < 7; index += 1) addPod(`p${index}`);
    await eventually(() => registry.store.list('events').length === 7);
    const placed = registry.store.list('pods').map(({ object }) => (object as Pod).spec.nodeName ?? 'none');
    expect(
      Object.fromEntries(
        ['n1', 'n2', 'n3', 'none'].map((name) => [name, placed.filter((other) => other === name).length]),
      ),
    ).toEqual({
      n1: 2,
      n2: 2,
      n3: 2,
      none: 1,
    });
  });

  it('places the more urgent pod first', async () => {
    addPod('plain', { containers: half });
    addPod('urgent', { containers: half, priorityClassName: 'system-cluster-critical' });
    await eventually(() => events('plain').length === 1 && events('urgent').length === 1);
    addNode('n1');
    await eventually(() => pod('urgent')?.spec.nodeName === 'n1' && events('plain').length === 2);
    expect(pod('plain')?.spec.nodeName).toBeUndefined();
  });
});
