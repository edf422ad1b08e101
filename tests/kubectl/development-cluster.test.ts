import { afterAll, beforeAll, describe } from 'vitest';
import { findKubectl } from '../cluster/find-binaries.ts';
import { startDevCluster } from '../cluster/start-dev-cluster.ts';
import type { TestCluster } from '../cluster/test-cluster.ts';
import { reportLane } from '../lane-report.ts';
import { accessCases } from './access-cases.ts';
import { devCases } from './dev-cases.ts';
import { kubectlSuite } from './kubectl-suite.ts';
import { kubectlVersion } from './kubectl-version.ts';

const kubectl = findKubectl();
const runs = 'found' in kubectl;
reportLane({
  lane: 'kubectl',
  ran: runs,
  ...(runs ? { detail: kubectlVersion(kubectl.found) } : { reason: kubectl.missing }),
});

describe.skipIf(!runs)('on the development cluster', () => {
  let cluster: TestCluster | undefined;
  const program = (): string => (runs ? kubectl.found : '');
  beforeAll(async () => {
    cluster = await startDevCluster();
  });
  afterAll(async () => {
    await cluster?.close();
  });
  const running = (): TestCluster => {
    if (cluster === undefined) throw new Error('the cluster did not start');
    return cluster;
  };
  kubectlSuite({ kubectl: program, cluster: running });
  accessCases({ kubectl: program, cluster: running });
  devCases({ kubectl: program, assets: (emptyFolder) => emptyFolder });
});
