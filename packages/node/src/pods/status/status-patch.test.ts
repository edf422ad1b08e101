import { describe, expect, it } from 'vitest';
import type { PodStatus } from '../../provider/wire.ts';
import { applyStrategicPatch } from '../../testing/apply-strategic-patch.ts';
import { statusPatch } from './status-patch.ts';

const ready = { type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' } as const;

function written(current: PodStatus, desired: PodStatus): PodStatus {
  const patch = statusPatch(current, desired);
  return patch === undefined ? current : applyStrategicPatch(current, patch);
}

describe('statusPatch', () => {
  it('is undefined when the API shows the wanted status already', () => {
    const status: PodStatus = {
      phase: 'Running',
      podIP: '10.0.0.1',
      podIPs: [{ ip: '10.0.0.1' }],
      conditions: [ready],
    };
    expect(statusPatch(status, structuredClone(status))).toBeUndefined();
  });

  it('takes empty texts, empty lists and fractions of seconds for no difference, as the API server drops them', () => {
    const shown: PodStatus = { phase: 'Running', startTime: '2026-01-01T00:00:00Z' };
    const reported: PodStatus = {
      phase: 'Running',
      startTime: '2026-01-01T00:00:00.734Z',
      message: '',
      podIPs: [],
      initContainerStatuses: [],
    };
    expect(statusPatch(shown, reported)).toBeUndefined();
  });

  it.each<{ readonly title: string; readonly before: readonly string[]; readonly after: readonly string[] }>([
    { title: 'the first address', before: [], after: ['10.0.0.1'] },
    { title: 'another address', before: ['10.0.0.1'], after: ['10.0.0.2'] },
    { title: 'a second address', before: ['10.0.0.1'], after: ['10.0.0.1', 'fd00::1'] },
    { title: 'a second address that comes first', before: ['10.0.0.1'], after: ['fd00::1', '10.0.0.1'] },
    { title: 'the other order', before: ['10.0.0.1', 'fd00::1'], after: ['fd00::1', '10.0.0.1'] },
    { title: 'one address fewer', before: ['10.0.0.1', 'fd00::1'], after: ['fd00::1'] },
    { title: 'no address', before: ['10.0.0.1', 'fd00::1'], after: [] },
  ])('brings podIPs and hostIPs, which merge by ip, to $title', ({ before, after }) => {
    const status = (addresses: readonly string[]): PodStatus => ({
      phase: 'Running',
      ...(addresses.length > 0 && {
        podIP: addresses[0],
        podIPs: addresses.map((ip) => ({ ip })),
        hostIP: addresses[0],
        hostIPs: addresses.map((ip) => ({ ip })),
      }),
    });
    expect(written(status(before), status(after))).toEqual(status(after));
  });

  it('keeps the conditions of others, and what it does not own', () => {
    const gate = { type: 'example.com/gate', status: 'True' } as const;
    const scheduled = { type: 'PodScheduled', status: 'True' } as const;
    const current: PodStatus = {
      phase: 'Pending',
      qosClass: 'Burstable',
      nominatedNodeName: 'n2',
      conditions: [gate, { ...ready, status: 'False', reason: 'ContainersNotReady' }, scheduled],
    };
    const result = written(current, { phase: 'Running', conditions: [ready] });
    expect(result).toMatchObject({ phase: 'Running', qosClass: 'Burstable', nominatedNodeName: 'n2' });
    expect(result.conditions).toEqual([gate, ready, scheduled]);
  });

  it('removes the conditions of a resize that is over, and writes what the pod has been given', () => {
    const pending = { type: 'PodResizePending', status: 'True', reason: 'Deferred' } as const;
    const result = written(
      { conditions: [ready, pending] },
      { conditions: [ready], resources: { limits: { cpu: '2' } }, allocatedResources: { cpu: '1' } },
    );
    expect(result.conditions).toEqual([ready]);
    expect(result).toMatchObject({ resources: { limits: { cpu: '2' } }, allocatedResources: { cpu: '1' } });
  });

  it('removes the reason and message of a condition that has none any more', () => {
    const result = written(
      { conditions: [{ ...ready, status: 'False', reason: 'PodFailed', message: 'gone' }] },
      { conditions: [ready] },
    );
    expect(result.conditions).toEqual([ready]);
  });

  it('removes its own fields that are gone, and only those', () => {
    const patch = statusPatch({ phase: 'Pending', reason: 'ProviderFailed', message: 'no' }, { phase: 'Running' });
    expect(patch).toEqual({ phase: 'Running', reason: null, message: null });
  });

  it('replaces the lists of container statuses as a whole', () => {
    const container = (name: string, restartCount: number) => ({
      name,
      restartCount,
      image: 'i',
      imageID: '',
      ready: true,
    });
    const desired: PodStatus = { containerStatuses: [container('a', 1)] };
    const current: PodStatus = { containerStatuses: [container('a', 0), container('b', 0)] };
    expect(statusPatch(current, desired)).toEqual({ containerStatuses: [container('a', 1)] });
  });

  it('does not write a condition because somebody looked at it at another time', () => {
    const current: PodStatus = { conditions: [{ ...ready, lastProbeTime: '2026-01-01T01:00:00Z' }] };
    expect(statusPatch(current, { conditions: [ready] })).toBeUndefined();
  });

  it('comes to rest: what was written needs no second write', () => {
    const current: PodStatus = { phase: 'Pending', podIPs: [{ ip: 'a' }, { ip: 'b' }], podIP: 'a' };
    const desired: PodStatus = {
      phase: 'Running',
      podIPs: [{ ip: 'c' }, { ip: 'b' }],
      podIP: 'c',
      conditions: [ready],
    };
    expect(statusPatch(written(current, desired), desired)).toBeUndefined();
  });
});
