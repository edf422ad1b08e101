import { afterAll, beforeAll, describe } from 'vitest';
import type { TestCluster } from '../cluster/test-cluster.ts';
import { startClientWorld, type ClientWorld } from './client-world.ts';
import { copyCases } from './copy-cases.ts';
import { execCases } from './exec-cases.ts';
import { figureCases } from './figure-cases.ts';
import { logCases } from './log-cases.ts';
import { portForwardCases } from './port-forward-cases.ts';

export interface ClientSuiteOptions {
  readonly startCluster: () => Promise<TestCluster>;
  /** Whether there is metrics.k8s.io. */
  readonly measures: boolean;
}

/** What programs do with the JavaScript client and the pods of a virtual node; the same on every cluster. */
export function clientSuite({ startCluster, measures }: ClientSuiteOptions): void {
  let cluster: TestCluster | undefined;
  let started: ClientWorld | undefined;
  const world = (): ClientWorld => {
    if (started === undefined) throw new Error('the cluster did not start');
    return started;
  };
  describe('the JavaScript client', () => {
    beforeAll(async () => {
      cluster = await startCluster();
      started = await startClientWorld(cluster);
    });
    afterAll(async () => {
      await started?.close();
      await cluster?.close();
    });
    execCases(world);
    portForwardCases(world);
    logCases(world);
    copyCases(world);
    if (measures) figureCases(world);
  });
}
