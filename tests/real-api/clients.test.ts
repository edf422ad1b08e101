import { describe } from 'vitest';
import { clientSuite } from '../clients/client-suite.ts';
import { findControlPlane } from '../cluster/find-binaries.ts';
import { startRealCluster } from '../cluster/start-real-cluster.ts';
import { reportRealApi } from './report-real-api.ts';

const binaries = findControlPlane();
reportRealApi('clients', [binaries]);

describe.skipIf(!('found' in binaries))('on a real API server', () => {
  describe.each([true, false])('with ExtendWebSocketsToKubelet %s,', (extendWebSocketsToKubelet) => {
    clientSuite({
      startCluster: () => {
        if (!('found' in binaries)) throw new Error(binaries.missing);
        return startRealCluster(binaries.found, { extendWebSocketsToKubelet });
      },
      measures: false,
    });
  });
});
