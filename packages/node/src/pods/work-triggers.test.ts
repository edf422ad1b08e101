import { describe, expect, it } from 'vitest';
import { podStatus } from '../provider/pod-status.ts';
import { samplePod, terminatingPod } from '../testing/sample-pod.ts';
import type { BackendState } from './pod-record.ts';
import { concernsBackendWork, concernsWork } from './work-triggers.ts';

const pod = samplePod();
const time = '2026-01-01T00:00:00Z';

describe('concernsWork', () => {
  it('is not woken by a status, unless it ends the pod', () => {
    expect(concernsWork(pod, samplePod({ resourceVersion: 2, status: { phase: 'Running', podIP: '10.0.0.1' } }))).toBe(
      false,
    );
    expect(concernsWork(pod, samplePod({ resourceVersion: 2, status: { phase: 'Failed' } }))).toBe(true);
  });

  it('is woken by a deletion, a changed grace and a changed spec', () => {
    expect(concernsWork(pod, terminatingPod(pod, 30, time))).toBe(true);
    expect(concernsWork(terminatingPod(pod, 30, time), terminatingPod(pod, 5, time))).toBe(true);
    expect(concernsWork(pod, samplePod({ image: 'app:2' }))).toBe(true);
  });
});

describe('concernsBackendWork', () => {
  const present = (phase: 'Running' | 'Succeeded', exited: boolean): BackendState => ({
    presence: 'present',
    status: podStatus(pod, { phase, state: exited ? { terminated: { exitCode: 0 } } : { running: {} } }),
  });

  it('is woken when an object appears, goes, or ends', () => {
    expect(concernsBackendWork({ presence: 'absent' }, present('Running', false))).toBe(true);
    expect(concernsBackendWork(present('Running', false), { presence: 'absent' })).toBe(true);
    expect(concernsBackendWork(present('Running', false), present('Running', true))).toBe(true);
    expect(concernsBackendWork(present('Running', true), present('Succeeded', true))).toBe(true);
  });

  it('is woken when the backend runs another spec, and not by news that change nothing', () => {
    expect(
      concernsBackendWork({ presence: 'present', appliedHash: 'a' }, { presence: 'present', appliedHash: 'b' }),
    ).toBe(true);
    expect(concernsBackendWork(present('Running', false), present('Running', false))).toBe(false);
  });
});
