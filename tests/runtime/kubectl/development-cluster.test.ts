import { startDevCluster } from '../../cluster/start-dev-cluster.ts';
import { kubectlRuntimeSuite } from './kubectl-runtime-suite.ts';

kubectlRuntimeSuite({
  on: 'the development cluster',
  startCluster: { found: () => startDevCluster() },
  measures: true,
});
