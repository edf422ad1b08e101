import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod, PodStatus } from '../../provider/wire.ts';
import { samplePod } from '../../testing/sample-pod.ts';
import { conditionFindings } from './pod-conditions.ts';

function container(name: string, more: Partial<ContainerStatus> = {}): ContainerStatus {
  return { name, image: 'i', imageID: '', ready: false, restartCount: 0, ...more };
}

const up: Partial<ContainerStatus> = { ready: true, started: true, state: { running: {} } };
const done: Partial<ContainerStatus> = { state: { terminated: { exitCode: 0 } } };

function findings(pod: Pod, status: PodStatus): Record<string, string> {
  return Object.fromEntries(
    Object.entries(conditionFindings(pod, status)).map(([type, { status: value, reason }]) => [
      type,
      reason === undefined ? value : `${value} ${reason}`,
    ]),
  );
}

describe('conditionFindings, by the rules of the kubelet', () => {
  it('finds a pod ready when all of its containers are', () => {
    expect(findings(samplePod(), { phase: 'Running', containerStatuses: [container('app', up)] })).toEqual({
      PodReadyToStartContainers: 'True',
      Initialized: 'True',
      Ready: 'True',
      ContainersReady: 'True',
    });
  });

  it('names the containers that are not ready and those that nobody knows', () => {
    const pod = samplePod({ spec: { containers: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] } });
    const status: PodStatus = { phase: 'Running', containerStatuses: [container('a', up), container('b')] };
    expect(conditionFindings(pod, status).ContainersReady).toEqual({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unknown status: [c], containers with unready status: [b]',
    });
  });

  it.each([
    ['Succeeded', 'PodCompleted'],
    ['Failed', 'PodFailed'],
  ])('finds a pod that is %s not ready because of that', (phase, reason) => {
    const found = findings(samplePod(), { phase, containerStatuses: [container('app', done)] });
    expect(found).toMatchObject({ Ready: `False ${reason}`, ContainersReady: `False ${reason}` });
    expect(found['PodReadyToStartContainers']).toBe('False');
  });

  it('calls a completed pod initialised with the reason PodCompleted', () => {
    expect(findings(samplePod(), { phase: 'Succeeded' })['Initialized']).toBe('True PodCompleted');
  });

  describe('with init containers', () => {
    const pod = samplePod({
      spec: { initContainers: [{ name: 'first' }, { name: 'side', restartPolicy: 'Always' }] },
    });

    it('finds them incomplete until the ordinary ones have exited with 0 and the restartable ones have started', () => {
      const half: PodStatus = {
        phase: 'Pending',
        initContainerStatuses: [container('first', done), container('side')],
      };
      expect(conditionFindings(pod, half).Initialized).toEqual({
        status: 'False',
        reason: 'ContainersNotInitialized',
        message: 'containers with incomplete status: [side]',
      });
      const whole: PodStatus = {
        phase: 'Pending',
        initContainerStatuses: [container('first', done), container('side', up)],
      };
      expect(findings(pod, whole)['Initialized']).toBe('True');
    });

    it('takes an init container that failed for incomplete', () => {
      const failed = container('first', { state: { terminated: { exitCode: 1 } } });
      const status: PodStatus = { phase: 'Pending', initContainerStatuses: [failed, container('side', up)] };
      expect(findings(pod, status)['Initialized']).toBe('False ContainersNotInitialized');
    });

    it('asks readiness of restartable ones too', () => {
      const status: PodStatus = {
        phase: 'Running',
        initContainerStatuses: [container('first', done), container('side', { started: true })],
        containerStatuses: [container('app', up)],
      };
      expect(conditionFindings(pod, status).ContainersReady.message).toBe('containers with unready status: [side]');
    });
  });

  describe('with readiness gates (KEP-580)', () => {
    const pod = (gate?: 'True' | 'False'): Pod =>
      samplePod({
        spec: { readinessGates: [{ conditionType: 'example.com/gate' }] },
        status: { conditions: gate === undefined ? [] : [{ type: 'example.com/gate', status: gate }] },
      });
    const status: PodStatus = { phase: 'Running', containerStatuses: [container('app', up)] };

    it('waits for the condition that the gate names', () => {
      expect(conditionFindings(pod(), status).Ready).toEqual({
        status: 'False',
        reason: 'ReadinessGatesNotReady',
        message: 'corresponding condition of pod readiness gate "example.com/gate" does not exist.',
      });
      expect(conditionFindings(pod('False'), status).Ready.message).toBe(
        'the status of pod readiness gate "example.com/gate" is not "True", but False',
      );
      expect(conditionFindings(pod('True'), status).Ready.status).toBe('True');
    });

    it('does not let a gate change whether the containers are ready', () => {
      expect(conditionFindings(pod(), status).ContainersReady.status).toBe('True');
    });
  });
});
