import { afterAll, beforeAll, describe } from 'vitest';
import type { TestCluster } from '../../cluster/test-cluster.ts';
import { startKubectlWorld, type KubectlWorld } from '../kubectl-world.ts';
import { copyCases } from './copy-cases.ts';
import { execCases } from './exec-cases.ts';
import { figureCases, type FigureOptions } from './figure-cases.ts';
import { logCases } from './log-cases.ts';
import { portForwardCases } from './port-forward-cases.ts';
import { startStreamWorld, type StreamWorld } from './stream-world.ts';

export interface StreamSuiteOptions extends FigureOptions {
  /** The path of kubectl. */
  readonly program: string;
  readonly startCluster: () => Promise<TestCluster>;
}

/** Looking into pods and nodes, by one kubectl; the same on every cluster. */
export function streamSuite(options: StreamSuiteOptions): void {
  let cluster: TestCluster | undefined;
  let base: KubectlWorld | undefined;
  let started: StreamWorld | undefined;
  const world = (): StreamWorld => {
    if (started === undefined) throw new Error('the cluster did not start');
    return started;
  };
  describe('looking into pods', () => {
    beforeAll(async () => {
      cluster = await options.startCluster();
      base = await startKubectlWorld(cluster, options.program);
      started = await startStreamWorld(base, options.program);
    });
    afterAll(async () => {
      await base?.close();
      await cluster?.close();
    });
    logCases(world);
    execCases(world);
    copyCases(world, 'copy');
    portForwardCases(world);
    figureCases(world, options);
  });
}
