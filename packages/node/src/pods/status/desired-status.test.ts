import { describe, expect, it } from 'vitest';
import { podStatus } from '../../provider/pod-status.ts';
import type { PodStatus } from '../../provider/wire.ts';
import { samplePod } from '../../testing/sample-pod.ts';
import { desiredStatus } from './desired-status.ts';
import { statusPatch } from './status-patch.ts';

const now = '2026-01-01T00:00:10.500Z';
const surroundings = { now, hostIP: '192.0.2.1' };
const running: PodStatus = podStatus(samplePod(), { phase: 'Running', state: { running: {} }, podIP: '10.0.0.7' });

function conditionsOf(status: PodStatus): Record<string, string> {
  return Object.fromEntries((status.conditions ?? []).map(({ type, status: value }) => [type, value]));
}

describe('desiredStatus', () => {
  it('fills what the backend did not say: host address, address lists, generation and conditions', () => {
    const status = desiredStatus(samplePod({ metadata: { generation: 4 } }), running, surroundings);
    expect(status).toMatchObject({
      phase: 'Running',
      hostIP: '192.0.2.1',
      hostIPs: [{ ip: '192.0.2.1' }],
      podIP: '10.0.0.7',
      podIPs: [{ ip: '10.0.0.7' }],
      observedGeneration: 4,
    });
    expect(conditionsOf(status)).toEqual({
      PodReadyToStartContainers: 'True',
      Initialized: 'True',
      Ready: 'True',
      ContainersReady: 'True',
      PodScheduled: 'True',
    });
    expect(status.conditions?.every(({ observedGeneration }) => observedGeneration === 4)).toBe(true);
  });

  it('leaves PodScheduled to the scheduler where there is one', () => {
    const pod = samplePod({ status: { conditions: [{ type: 'PodScheduled', status: 'False' }] } });
    expect(conditionsOf(desiredStatus(pod, running, surroundings))).not.toHaveProperty('PodScheduled');
  });

  it('keeps the time of a condition whose status stays and takes the present for one that changes', () => {
    const before = '2025-12-31T00:00:00Z';
    const pod = samplePod({
      status: {
        conditions: [
          { type: 'Ready', status: 'True', lastTransitionTime: before },
          { type: 'ContainersReady', status: 'False', lastTransitionTime: before },
        ],
      },
    });
    const times = Object.fromEntries(
      (desiredStatus(pod, running, surroundings).conditions ?? []).map((condition) => [
        condition.type,
        condition.lastTransitionTime,
      ]),
    );
    expect(times).toMatchObject({ Ready: before, ContainersReady: now });
  });

  it('takes a condition that the backend knows better, also one of its own making', () => {
    const reported: PodStatus = {
      ...running,
      conditions: [
        { type: 'Ready', status: 'False', reason: 'Probing' },
        { type: 'example.com/paid', status: 'True' },
      ],
    };
    const status = desiredStatus(samplePod(), reported, surroundings);
    expect(conditionsOf(status)).toMatchObject({ Ready: 'False', 'example.com/paid': 'True', ContainersReady: 'True' });
  });

  it('keeps the start time that the API shows when the backend does not know it', () => {
    const startTime = '2026-01-01T00:00:00Z';
    expect(desiredStatus(samplePod({ status: { startTime } }), running, surroundings).startTime).toBe(startTime);
  });

  it('never writes the quality of service class, which the server sets', () => {
    expect(desiredStatus(samplePod(), { ...running, qosClass: 'Guaranteed' }, surroundings)).not.toHaveProperty(
      'qosClass',
    );
  });

  it('comes to rest: a pod that shows what its backend reports needs no write, whenever it is asked', () => {
    const shown = desiredStatus(samplePod(), running, surroundings);
    const pod = samplePod({ status: shown });
    const later = desiredStatus(pod, running, { ...surroundings, now: '2027-01-01T00:00:00Z' });
    expect(statusPatch(pod.status, later)).toBeUndefined();
  });
});
