import { describe, expect, it } from 'vitest';
import { summarizePod } from './pod-summary.ts';
import type { ContainerStatus, Pod, PodStatus } from './pod-types.ts';

function pod(status: PodStatus, metadata: Partial<Pod['metadata']> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
    spec: {
      initContainers: [{ name: 'first' }, { name: 'sidecar', restartPolicy: 'Always' }],
      containers: [{ name: 'a' }, { name: 'b' }],
    },
    status,
  };
}

function container(
  name: string,
  state: ContainerStatus['state'],
  more: Partial<ContainerStatus> = {},
): ContainerStatus {
  return { name, ready: false, restartCount: 0, ...(state === undefined ? {} : { state }), ...more };
}

const done = container('first', { terminated: { exitCode: 0 } });
const upSidecar = container('sidecar', { running: {} }, { started: true, ready: true });

describe('the summary of a pod', () => {
  it('shows the phase, or the reason of the pod when there is one', () => {
    expect(summarizePod(pod({ phase: 'Pending' }))).toEqual({ ready: 0, total: 3, reason: 'Pending', restarts: 0 });
    expect(summarizePod(pod({ phase: 'Failed', reason: 'Evicted' })).reason).toBe('Evicted');
  });

  it('says that a gate holds the pod back', () => {
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' } as const];
    expect(summarizePod(pod({ phase: 'Pending', conditions })).reason).toBe('SchedulingGated');
  });

  it.each([
    ['Init:0/2', { running: {} }],
    ['Init:CrashLoopBackOff', { waiting: { reason: 'CrashLoopBackOff' } }],
    ['Init:0/2', { waiting: { reason: 'PodInitializing' } }],
    ['Init:Error', { terminated: { exitCode: 1, reason: 'Error' } }],
    ['Init:ExitCode:3', { terminated: { exitCode: 3 } }],
    ['Init:Signal:9', { terminated: { exitCode: 137, signal: 9 } }],
  ])('is %s while the first init container is not done', (reason, state) => {
    const status = { phase: 'Pending', initContainerStatuses: [container('first', state)] };
    expect(summarizePod(pod(status)).reason).toBe(reason);
  });

  it('counts a started sidecar as one of the containers', () => {
    const status = {
      phase: 'Running',
      initContainerStatuses: [done, upSidecar],
      containerStatuses: [container('a', { running: {} }, { ready: true }), container('b', { running: {} })],
    };
    expect(summarizePod(pod(status))).toMatchObject({ ready: 2, total: 3, reason: 'Running' });
  });

  it('shows what the first container that waits or ended says', () => {
    const status = {
      phase: 'Running',
      initContainerStatuses: [done, upSidecar],
      containerStatuses: [
        container('a', { waiting: { reason: 'ImagePullBackOff' } }),
        container('b', { terminated: { exitCode: 2 } }),
      ],
    };
    expect(summarizePod(pod(status)).reason).toBe('ImagePullBackOff');
  });

  it('is Running or NotReady while one container runs on after others completed', () => {
    const containerStatuses = [
      container('a', { terminated: { exitCode: 0, reason: 'Completed' } }),
      container('b', { running: {} }, { ready: true }),
    ];
    const conditions = [{ type: 'Ready', status: 'True' } as const];
    expect(summarizePod(pod({ phase: 'Running', containerStatuses })).reason).toBe('NotReady');
    expect(summarizePod(pod({ phase: 'Running', containerStatuses, conditions })).reason).toBe('Running');
  });

  it('counts restarts of containers and sidecars, and forgets those of init containers that are done', () => {
    const lastState = { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:00:10Z' } };
    const status = {
      phase: 'Running',
      initContainerStatuses: [
        { ...done, restartCount: 7 },
        { ...upSidecar, restartCount: 2 },
      ],
      containerStatuses: [container('a', { running: {} }, { restartCount: 3, lastState })],
    };
    const summary = summarizePod(pod(status));
    expect(summary.restarts).toBe(5);
    expect(summary.lastRestart).toBe(Date.parse('2026-01-01T00:00:10Z'));
  });

  it('is Terminating while a pod that has not ended is being deleted, and Unknown when its node is lost', () => {
    const deleted = { deletionTimestamp: '2026-01-01T00:01:00Z' };
    expect(summarizePod(pod({ phase: 'Running' }, deleted)).reason).toBe('Terminating');
    expect(summarizePod(pod({ phase: 'Succeeded' }, deleted)).reason).toBe('Succeeded');
    expect(summarizePod(pod({ phase: 'Running', reason: 'NodeLost' }, deleted)).reason).toBe('Unknown');
  });
});
