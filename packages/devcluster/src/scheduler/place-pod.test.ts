import { describe, expect, it } from 'vitest';
import type { Node } from '../resources/nodes/node-types.ts';
import type { PodSpec } from '../resources/pods/pod-types.ts';
import { NodeUsage } from './node-usage.ts';
import { enoughNodes, placePod } from './place-pod.ts';
import { demandOf } from './pod-demand.ts';
import { requesting, schedulingNode, schedulingPod } from './testing/scheduling-objects.ts';

function place(spec: Partial<PodSpec>, nodes: Node[], running: Record<string, Partial<PodSpec>[]> = {}): string {
  const usages = nodes.map((node) => {
    const usage = new NodeUsage(node);
    for (const [index, other] of (running[node.metadata.name] ?? []).entries()) {
      const pod = schedulingPod(`${node.metadata.name}-${index}`, other);
      usage.add(pod.metadata.uid, demandOf(pod));
    }
    return usage;
  });
  const pod = schedulingPod('new', spec);
  const placement = placePod(pod, demandOf(pod), usages);
  return 'nodeName' in placement ? placement.nodeName : placement.message;
}

const notHelpful = (count: number): string =>
  `no new claims to deallocate, preemption: 0/${count} nodes are available: ${count} Preemption is not helpful for scheduling.`;
const noVictims = (count: number): string =>
  `no new claims to deallocate, preemption: 0/${count} nodes are available: ${count} No preemption victims found for incoming pod.`;

describe('a pod goes nowhere', () => {
  it('when there are no nodes', () => {
    expect(place({}, [])).toBe('no nodes available to schedule pods');
  });

  it('when the nodes are cordoned', () => {
    expect(place({}, [schedulingNode('a', { unschedulable: true })])).toBe(
      `0/1 nodes are available: 1 node(s) were unschedulable. ${notHelpful(1)}`,
    );
  });

  it('when it does not tolerate their taints, with either effect that keeps pods away', () => {
    const nodes = [
      schedulingNode('a', { taints: [{ key: 'k', effect: 'NoSchedule' }] }),
      schedulingNode('b', { taints: [{ key: 'k', effect: 'NoExecute' }] }),
    ];
    expect(place({}, nodes)).toBe(`0/2 nodes are available: 2 node(s) had untolerated taint(s). ${notHelpful(2)}`);
  });

  it('when they are not what it selects', () => {
    expect(place({ nodeSelector: { disk: 'hdd' } }, [schedulingNode('a')])).toBe(
      `0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. ${notHelpful(1)}`,
    );
  });

  it('when it asks for more than a node has at all', () => {
    const containers = requesting({ cpu: '3', memory: '8Gi', 'v.example/gpu': '1' });
    expect(place({ containers }, [schedulingNode('a')])).toBe(
      `0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, 1 Insufficient v.example/gpu. ${notHelpful(1)}`,
    );
  });

  it('when others have taken what it asks for', () => {
    const containers = requesting({ cpu: '1500m' });
    expect(place({ containers }, [schedulingNode('a')], { a: [{ containers }] })).toBe(
      `0/1 nodes are available: 1 Insufficient cpu. ${noVictims(1)}`,
    );
  });

  it('when no more pods may run', () => {
    expect(place({}, [schedulingNode('a', { allocatable: { pods: '1' } })], { a: [{}] })).toBe(
      `0/1 nodes are available: 1 Too many pods. ${noVictims(1)}`,
    );
  });

  it('when its port of the host is taken', () => {
    const containers = [{ name: 'a', ports: [{ containerPort: 80, hostPort: 80 }] }];
    expect(place({ containers }, [schedulingNode('a')], { a: [{ containers }] })).toBe(
      `0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. ${noVictims(1)}`,
    );
  });

  it('when the nodes that it names are not there', () => {
    const matchFields = [{ key: 'metadata.name', operator: 'In', values: ['z'] }];
    const affinity = {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } },
    };
    expect(place({ affinity }, [schedulingNode('a')])).toBe(
      `0/1 nodes are available: 1 node(s) didn't satisfy plugin(s) [NodeAffinity]. ${notHelpful(1)}`,
    );
  });
});

describe('a pod goes to the node', () => {
  it('whose taint it tolerates', () => {
    const tolerations = [{ key: 'k', operator: 'Exists' }];
    expect(place({ tolerations }, [schedulingNode('a', { taints: [{ key: 'k', effect: 'NoSchedule' }] })])).toBe('a');
  });

  it('that is cordoned, if it tolerates just that', () => {
    const tolerations = [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }];
    expect(place({ tolerations }, [schedulingNode('a', { unschedulable: true })])).toBe('a');
  });

  it('that has not a taint which it would rather avoid', () => {
    const avoided = schedulingNode('a', { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] });
    expect(place({}, [avoided, schedulingNode('b')])).toBe('b');
    expect(place({}, [avoided])).toBe('a');
  });

  it('that it prefers', () => {
    const preference = { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] };
    const affinity = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference }] } };
    expect(place({ affinity }, [schedulingNode('a'), schedulingNode('b', { labels: { disk: 'ssd' } })])).toBe('b');
  });

  it('with the most room, also when pods ask for nothing', () => {
    const nodes = [schedulingNode('a'), schedulingNode('b')];
    expect(
      place({ containers: requesting({ cpu: '1' }) }, nodes, { a: [{ containers: requesting({ cpu: '1' }) }] }),
    ).toBe('b');
    expect(place({}, nodes, { a: [{}] })).toBe('b');
  });

  it('where another address of the host, or another protocol, has its port', () => {
    const port = (more: object) => [{ name: 'a', ports: [{ containerPort: 80, hostPort: 80, ...more }] }];
    const nodes = [schedulingNode('a')];
    expect(
      place({ containers: port({ hostIP: '10.0.0.1' }) }, nodes, { a: [{ containers: port({ hostIP: '10.0.0.2' }) }] }),
    ).toBe('a');
    expect(place({ containers: port({ protocol: 'UDP' }) }, nodes, { a: [{ containers: port({}) }] })).toBe('a');
  });
});

describe('the search for a node', () => {
  it('looks at all of a small cluster, and at a falling share of a large one', () => {
    expect([1, 99, 100, 1000, 5000, 10_000].map(enoughNodes)).toEqual([1, 99, 100, 420, 500, 500]);
  });
});
