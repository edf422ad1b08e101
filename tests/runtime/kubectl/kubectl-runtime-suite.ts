import { afterAll, beforeAll, describe } from 'vitest';
import { findKubectl, type Found } from '../../cluster/find-binaries.ts';
import type { TestCluster } from '../../cluster/test-cluster.ts';
import { hasTerminal } from '../../kubectl/streams/exec-cases.ts';
import { reportLane } from '../../lane-report.ts';
import { leftOut } from '../../left-out.ts';
import { findRuntime } from '../find-runtime.ts';
import { reportRuntime } from '../report-runtime.ts';
import { startKubectlRuntimeWorld, type KubectlRuntimeWorld } from './kubectl-runtime-world.ts';
import { admissionCases } from './admission-cases.ts';
import { deletionCases } from './deletion-cases.ts';
import { hookCases } from './hook-cases.ts';
import { loadCases } from './load-cases.ts';
import { lookIntoCases } from './look-into-cases.ts';
import { podCases } from './pod-cases.ts';
import { preemptionCases } from './preemption-cases.ts';
import { probeCases } from './probe-cases.ts';
import { volumeCases } from './volume-cases.ts';

export interface KubectlRuntimeSuiteOptions {
  /** The name of the cluster. */
  readonly on: string;
  readonly startCluster: Found<() => Promise<TestCluster>>;
  /** Whether there is metrics.k8s.io. */
  readonly measures: boolean;
}

/** What people do with kubectl and pods on a real container runtime; the same on every cluster. */
export function kubectlRuntimeSuite({ on, startCluster, measures }: KubectlRuntimeSuiteOptions): void {
  const programs = findRuntime();
  const kubectl = findKubectl();
  const missing = [programs, kubectl, startCluster].flatMap((found) => ('missing' in found ? [found.missing] : []));
  reportRuntime(`kubectl on ${on}`, missing.length > 0 ? { missing: missing.join('; ') } : programs);
  const leaveOut = (part: string, reason: string): void => {
    reportLane({ lane: 'runtime', part: `${part} on ${on}`, ran: false, reason: `${part} on ${on}: ${reason}` });
  };
  if (!measures) leaveOut('kubectl top', 'it has no metrics.k8s.io, which takes a metrics-server');
  if (!hasTerminal) leaveOut('exec -it', 'there is no python3 with a pty module');

  describe.skipIf(missing.length > 0)(
    `with kubectl on ${on}, on a real container runtime`,
    { timeout: 120_000, ...leftOut(`kubectl on ${on}: ${missing.join('; ')}`) },
    () => {
      let started: KubectlRuntimeWorld | undefined;
      const world = (): KubectlRuntimeWorld => {
        if (started === undefined) throw new Error('the cluster did not start');
        return started;
      };
      beforeAll(async () => {
        if (!('found' in programs) || !('found' in kubectl) || !('found' in startCluster)) return;
        started = await startKubectlRuntimeWorld({
          programs: programs.found,
          kubectl: kubectl.found,
          startCluster: startCluster.found,
        });
      }, 120_000);
      afterAll(async () => {
        await started?.close();
      }, 60_000);

      podCases(world);
      admissionCases(world);
      probeCases(world);
      hookCases(world);
      volumeCases(world);
      preemptionCases(world);
      lookIntoCases(world, { measures });
      deletionCases(world);
      loadCases(world);
    },
  );
}
