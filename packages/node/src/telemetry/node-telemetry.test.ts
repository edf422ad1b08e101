import { expect, it } from 'vitest';
import type { NodeApi } from '../node-object/node-api.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { CoreMetrics } from './core-metrics.ts';
import { NodeTelemetry } from './node-telemetry.ts';
import { TracedNodeApi } from './traced-node-api.ts';

const signal = new AbortController().signal;

function unused(): never {
  throw new Error('not part of this test');
}

function nodeApi(updateLease: NodeApi['updateLease']): NodeApi {
  return {
    getNode: unused,
    createNode: unused,
    patchNodeStatus: unused,
    patchNode: unused,
    deleteNode: unused,
    getLease: unused,
    createLease: unused,
    deleteLease: unused,
    mayI: unused,
    updateLease,
  };
}

it('measures how late a lease was renewed, and how old it is, by renewals that succeeded', async () => {
  const clock = new FakeClock();
  const metrics = new CoreMetrics();
  const telemetry = new NodeTelemetry({ metrics, clock, nodeName: 'n', leaseDurationSeconds: 40 });
  let fails = false;
  const api = new TracedNodeApi(
    nodeApi((lease) => (fails ? Promise.reject(new Error('no answer')) : Promise.resolve(lease))),
    telemetry,
  );
  expect(telemetry.leaseAge).toBeUndefined();
  await api.updateLease({}, signal);
  await clock.advance(9_800);
  await api.updateLease({}, signal);
  fails = true;
  await clock.advance(10_000);
  await expect(api.updateLease({}, signal)).rejects.toThrow('no answer');
  fails = false;
  await clock.advance(3_000);
  expect(telemetry.leaseAge).toBe(13_000);
  await api.updateLease({}, signal);
  expect(telemetry.leaseAge).toBe(0);
  const text = metrics.registry.text();
  expect(text).toContain('virtual_kubelet_node_lease_lateness_seconds_bucket{le="0.01"} 1\n');
  expect(text).toContain('virtual_kubelet_node_lease_lateness_seconds_sum 3\n');
  expect(text).toContain('virtual_kubelet_node_lease_lateness_seconds_count 2\n');
});
