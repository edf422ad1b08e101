import { describe, expect, it } from 'vitest';
import type { ContainerStatus, PodStatus } from '../../provider/wire.ts';
import { samplePod } from '../../testing/sample-pod.ts';
import {
  acknowledgedStatus,
  configErrorStatus,
  endedStatus,
  finalFailureStatus,
  lostStatus,
  refusedStatus,
  transientFailureStatus,
} from './core-status.ts';

const now = '2026-01-01T00:01:00Z';
const startedAt = '2026-01-01T00:00:00Z';

function container(name: string, state: ContainerStatus['state']): ContainerStatus {
  return { name, image: 'i', imageID: '', ready: true, started: true, restartCount: 2, state };
}

const never = samplePod({ spec: { restartPolicy: 'Never' } });
const always = samplePod({ spec: { restartPolicy: 'Always' } });

describe('the statuses that the core writes by itself', () => {
  it('lets a refused pod fail when it may never run again, and wait otherwise, with every field named', () => {
    const errors = [
      { field: 'spec.hostNetwork', message: 'not here' },
      { field: 'spec.volumes[0].nfs', message: 'nor this' },
    ];
    const message = 'spec.hostNetwork: not here; spec.volumes[0].nfs: nor this';
    expect(refusedStatus(never, errors)).toEqual({ phase: 'Failed', reason: 'ProviderRefused', message });
    expect(refusedStatus(always, errors)).toEqual({ phase: 'Pending', reason: 'ProviderRefused', message });
  });

  it.each([
    ['spec.os.name', 'PodOSNotSupported'],
    ['spec.securityContext.sysctls[0].name', 'SysctlForbidden'],
  ])(
    'lets a pod that is refused for %s fail as %s, as a kubelet does, whatever its restart policy',
    (field, reason) => {
      expect(refusedStatus(always, [{ field, message: 'not here' }])).toEqual({
        phase: 'Failed',
        reason,
        message: `${field}: not here`,
      });
    },
  );

  it('tells a failure for good from one that is tried again, which never ends a pod', () => {
    expect(finalFailureStatus(never, 'no').phase).toBe('Failed');
    expect(finalFailureStatus(always, 'no').phase).toBe('Pending');
    expect(transientFailureStatus('not now')).toEqual({
      phase: 'Pending',
      reason: 'ProviderFailed',
      message: 'not now',
    });
  });

  it('shows what is missing in every container, as the kubelet does', () => {
    const status = configErrorStatus(always, 'secret "s" not found');
    expect(status).toMatchObject({ phase: 'Pending', reason: 'CreateContainerConfigError' });
    expect(status.containerStatuses?.map(({ state }) => state)).toEqual([
      { waiting: { reason: 'CreateContainerConfigError', message: 'secret "s" not found' } },
    ]);
  });

  it('acknowledges a pod with a start time, before it exists anywhere', () => {
    expect(acknowledgedStatus(always, now)).toMatchObject({
      phase: 'Pending',
      startTime: now,
      containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }],
    });
  });

  it('calls a lost pod Failed with the reason NotFound, its running containers ended, and keeps what was known', () => {
    const pod = samplePod({
      status: {
        phase: 'Running',
        podIP: '10.0.0.1',
        startTime: startedAt,
        containerStatuses: [container('app', { running: { startedAt } })],
      },
    });
    const status = lostStatus(pod, now);
    expect(status).toMatchObject({ phase: 'Failed', reason: 'NotFound', podIP: '10.0.0.1', startTime: startedAt });
    expect(status.containerStatuses).toMatchObject([
      {
        name: 'app',
        ready: false,
        started: false,
        restartCount: 2,
        state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown', startedAt, finishedAt: now } },
      },
    ]);
    expect(status.containerStatuses?.[0]?.state).not.toHaveProperty('running');
  });
});

describe('endedStatus', () => {
  it('keeps the exit codes that the backend reported, and succeeds only when all are 0', () => {
    const reported = (code: number): PodStatus => ({
      phase: 'Running',
      containerStatuses: [container('app', { terminated: { exitCode: code, reason: 'Completed' } })],
    });
    expect(endedStatus(always, reported(0), now).phase).toBe('Succeeded');
    const failed = endedStatus(always, reported(143), now);
    expect(failed.phase).toBe('Failed');
    expect(failed.containerStatuses?.[0]?.state).toEqual({ terminated: { exitCode: 143, reason: 'Completed' } });
  });

  it('leaves a terminal phase as the backend reported it', () => {
    const reported: PodStatus = {
      phase: 'Succeeded',
      containerStatuses: [container('app', { terminated: { exitCode: 1 } })],
    };
    expect(endedStatus(always, reported, now).phase).toBe('Succeeded');
  });

  it('ends containers whose end nobody saw, of every kind, and adds those that were never reported', () => {
    const pod = samplePod({ spec: { containers: [{ name: 'app' }, { name: 'late' }] } });
    const status = endedStatus(
      pod,
      {
        phase: 'Running',
        initContainerStatuses: [container('init', { running: { startedAt } })],
        containerStatuses: [container('app', { waiting: { reason: 'ContainerCreating' } })],
        ephemeralContainerStatuses: [container('debug', { running: {} })],
      },
      now,
    );
    const all = [
      ...(status.initContainerStatuses ?? []),
      ...(status.containerStatuses ?? []),
      ...(status.ephemeralContainerStatuses ?? []),
    ];
    expect(all.map(({ name, state }) => [name, state?.terminated?.exitCode])).toEqual([
      ['init', 137],
      ['app', 137],
      ['late', 137],
      ['debug', 137],
    ]);
    expect(status.phase).toBe('Failed');
  });

  it('takes what the API shows for a pod that the backend has never told of, without its conditions', () => {
    const pod = samplePod({
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [container('app', { running: {} })],
      },
    });
    const status = endedStatus(pod, undefined, now);
    expect(status.phase).toBe('Failed');
    expect(status).not.toHaveProperty('conditions');
  });
});
