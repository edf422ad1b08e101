import { afterAll, beforeAll, describe } from 'vitest';
import { findControlPlane, findKubectl } from '../cluster/find-binaries.ts';
import { startRealCluster, type RealCluster } from '../cluster/start-real-cluster.ts';
import { devCases } from '../kubectl/dev-cases.ts';
import { kubectlSuite } from '../kubectl/kubectl-suite.ts';
import { reportRealApi } from './report-real-api.ts';

const binaries = findControlPlane();
const kubectl = findKubectl();
const runs = 'found' in binaries && 'found' in kubectl;
reportRealApi('kubectl', [binaries, kubectl]);

describe.skipIf(!runs)('on a real API server', () => {
  let cluster: RealCluster | undefined;
  const program = (): string => ('found' in kubectl ? kubectl.found : '');
  beforeAll(async () => {
    if ('found' in binaries) cluster = await startRealCluster(binaries.found);
  });
  afterAll(async () => {
    await cluster?.close();
  });
  kubectlSuite({
    kubectl: program,
    cluster: () => {
      if (cluster === undefined) throw new Error('the cluster did not start');
      return cluster;
    },
  });
  devCases({ kubectl: program, assets: () => process.env['KUBEBUILDER_ASSETS'] ?? '' });
});
