import { afterAll, beforeAll, describe } from 'vitest';
import type { TestCluster } from '../cluster/test-cluster.ts';
import { deletionCases } from './deletion-cases.ts';
import { failureCases } from './failure-cases.ts';
import { startKubectlWorld, type KubectlWorld } from './kubectl-world.ts';
import { nodeCases } from './node-cases.ts';
import { podCases } from './pod-cases.ts';
import { referenceCases } from './reference-cases.ts';
import { restartCases } from './restart-cases.ts';

export interface KubectlSuiteOptions {
  /** The path of the program. */
  readonly kubectl: () => string;
  readonly cluster: () => TestCluster;
}

/** What people do with kubectl and a virtual node; the same on every cluster. */
export function kubectlSuite({ kubectl, cluster }: KubectlSuiteOptions): void {
  describe('kubectl', () => {
    let started: KubectlWorld | undefined;
    const world = (): KubectlWorld => {
      if (started === undefined) throw new Error('the cluster did not start');
      return started;
    };
    beforeAll(async () => {
      started = await startKubectlWorld(cluster(), kubectl());
    });
    afterAll(async () => {
      await started?.close();
    });
    nodeCases(world);
    podCases(world);
    referenceCases(world);
    deletionCases(world);
    failureCases(world);
    restartCases(world);
  });
}
