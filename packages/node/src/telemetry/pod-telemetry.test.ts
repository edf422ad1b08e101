import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { CoreMetrics } from './core-metrics.ts';
import { PodTelemetry } from './pod-telemetry.ts';

const ref = { namespace: 'shop', name: 'web', uid: 'u1' };
const nothing = (): Promise<void> => Promise.resolve();

let clock: FakeClock;
let metrics: CoreMetrics;
let telemetry: PodTelemetry;
beforeEach(() => {
  clock = new FakeClock();
  metrics = new CoreMetrics();
  telemetry = new PodTelemetry({ metrics, clock, nodeName: 'n' });
});

function figures(name: 'provider' | 'status'): string[] {
  const prefix = `virtual_kubelet_pod_${name}_latency_seconds_`;
  return metrics.registry
    .text()
    .split('\n')
    .filter((line) => line.startsWith(`${prefix}sum`) || line.startsWith(`${prefix}count`))
    .map((line) => line.slice(prefix.length));
}

describe('a change of a pod', () => {
  it('is followed from the watch event to the provider and to the acknowledged status', async () => {
    telemetry.changed(ref, 'create');
    await clock.advance(2_000);
    await telemetry.sync(ref, () => telemetry.call('createPod', ref, nothing));
    await clock.advance(3_000);
    telemetry.statusWanted(ref);
    await telemetry.writeStatus(ref, nothing);
    telemetry.acknowledged(ref);
    expect(figures('provider')).toEqual(['sum{change="create"} 2', 'count{change="create"} 1']);
    expect(figures('status')).toEqual(['sum{change="create"} 5', 'count{change="create"} 1']);
    expect(telemetry.open).toBe(0);
  });

  it('that asks for nothing is over after the work, and counts nowhere', async () => {
    telemetry.changed(ref, 'create');
    await telemetry.sync(ref, () => telemetry.call('getPod', ref, nothing));
    expect(telemetry.open).toBe(0);
    expect([...figures('provider'), ...figures('status')]).toEqual([]);
  });

  it('waits for a status that is on its way, also when the provider was not asked', async () => {
    telemetry.changed(ref, 'create');
    await telemetry.sync(ref, () => {
      telemetry.statusWanted(ref);
      return nothing();
    });
    expect(telemetry.open).toBe(1);
    await telemetry.writeStatus(ref, nothing);
    telemetry.acknowledged(ref);
    expect(telemetry.open).toBe(0);
    expect(figures('status')).toHaveLength(2);
  });

  it('whose status the API shows already has no latency', async () => {
    telemetry.changed(ref, 'create');
    telemetry.statusWanted(ref);
    telemetry.acknowledged(ref);
    await telemetry.sync(ref, nothing);
    expect(telemetry.open).toBe(0);
    expect(figures('status')).toEqual([]);
  });

  it('is not over while the work on it goes on, or before the work on its last version has begun', async () => {
    telemetry.changed(ref, 'update');
    await telemetry.sync(ref, async () => {
      telemetry.changed(ref, 'update');
      telemetry.statusWanted(ref);
      await telemetry.writeStatus(ref, nothing);
      telemetry.acknowledged(ref);
    });
    expect(telemetry.open).toBe(1);
    await telemetry.sync(ref, nothing);
    expect(telemetry.open).toBe(0);
  });

  it('that is a deletion ends what was before, and lasts until the pod is forgotten', async () => {
    telemetry.changed(ref, 'create');
    telemetry.changed(ref, 'delete');
    await telemetry.sync(ref, () => telemetry.call('deletePod', ref, nothing));
    telemetry.statusWanted(ref);
    await telemetry.writeStatus(ref, nothing);
    telemetry.acknowledged(ref);
    expect(telemetry.open).toBe(1);
    expect(figures('status')).toEqual(['sum{change="delete"} 0', 'count{change="delete"} 1']);
    telemetry.forgotten(ref);
    expect(telemetry.open).toBe(0);
  });

  it('survives work that fails', async () => {
    telemetry.changed(ref, 'create');
    const failing = telemetry.sync(ref, () =>
      telemetry.call('createPod', ref, () => Promise.reject(new Error('no room'))),
    );
    await expect(failing).rejects.toThrow('no room');
    expect(telemetry.open).toBe(1);
    telemetry.forgotten(ref);
    expect(telemetry.open).toBe(0);
  });
});

it('pods that never begin are counted by their reason, extended resources together, and other failures are not', () => {
  for (const reason of ['OutOfcpu', 'OutOfcpu', 'OutOfexample.com/gpu', 'NotFound', undefined])
    telemetry.rejected(reason);
  telemetry.preempted('memory');
  telemetry.preempted('example.com/gpu');
  const lines = metrics.registry
    .text()
    .split('\n')
    .filter((line) => /^virtual_kubelet_pod_(rejections|preemptions)_total/u.test(line));
  expect(lines).toEqual([
    'virtual_kubelet_pod_rejections_total{reason="OutOfcpu"} 2',
    'virtual_kubelet_pod_rejections_total{reason="other"} 1',
    'virtual_kubelet_pod_preemptions_total{resource="memory"} 1',
    'virtual_kubelet_pod_preemptions_total{resource="other"} 1',
  ]);
});
