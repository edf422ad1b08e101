import { findControlPlane } from '../../cluster/find-binaries.ts';
import { startRealCluster } from '../../cluster/start-real-cluster.ts';
import { kubectlRuntimeSuite } from './kubectl-runtime-suite.ts';

const binaries = findControlPlane();
kubectlRuntimeSuite({
  on: 'a real API server',
  startCluster: 'found' in binaries ? { found: () => startRealCluster(binaries.found) } : binaries,
  measures: false,
});
