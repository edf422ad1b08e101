import { describe } from 'vitest';
import { startDevCluster } from '../cluster/start-dev-cluster.ts';
import { clientSuite } from './client-suite.ts';

describe.each([true, false])(
  'on the development cluster, with ExtendWebSocketsToKubelet %s,',
  (extendWebSocketsToKubelet) => {
    clientSuite({ startCluster: () => startDevCluster({ extendWebSocketsToKubelet }), measures: true });
  },
);
