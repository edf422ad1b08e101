import { describe, expect, it } from 'vitest';
import { manualClock } from '../../control-loop/testing/manual-clock.ts';
import { create, testRegistry } from '../../control-loop/testing/test-registry.ts';
import { nodeColumns } from './node-columns.ts';
import type { Node } from './node-types.ts';

function node(body: object = {}): Node {
  return create(testRegistry(manualClock()), 'nodes', { metadata: { name: 'n' }, ...body }) as Node;
}

function cell(name: string, object: Node): unknown {
  return nodeColumns.find((column) => column.name === name)?.value(object, 0);
}

describe('a new node', () => {
  it('counts as not ready until somebody sees that it is', () => {
    expect(node().spec.taints).toEqual([{ effect: 'NoSchedule', key: 'node.kubernetes.io/not-ready' }]);
  });

  it('can allocate all that it has, unless it says otherwise', () => {
    const { status } = node({ status: { capacity: { cpu: '1500m', memory: '1024Mi' } } });
    expect(status?.allocatable).toEqual({ cpu: '1500m', memory: '1Gi' });
  });
});

describe('kubectl get nodes', () => {
  it('shows readiness and cordon', () => {
    const conditions = [{ type: 'Ready', status: 'True' }];
    expect(cell('Status', node())).toBe('Unknown');
    expect(cell('Status', node({ status: { conditions } }))).toBe('Ready');
    expect(cell('Status', node({ status: { conditions }, spec: { unschedulable: true } }))).toBe(
      'Ready,SchedulingDisabled',
    );
    expect(cell('Status', node({ status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }))).toBe('NotReady');
  });

  it('shows the roles that labels give, sorted', () => {
    const labels = {
      'node-role.kubernetes.io/worker': '',
      'node-role.kubernetes.io/agent': '',
      'kubernetes.io/role': 'x',
    };
    expect(cell('Roles', node({ metadata: { name: 'n', labels } }))).toBe('agent,worker,x');
    expect(cell('Roles', node())).toBe('<none>');
  });

  it('shows the architecture behind the kernel', () => {
    const nodeInfo = { kernelVersion: '6.1', architecture: 'arm64' };
    expect(cell('Kernel-Version', node({ status: { nodeInfo } }))).toBe('6.1 (arm64)');
    expect(cell('Kernel-Version', node())).toBe('<unknown>');
  });
});
