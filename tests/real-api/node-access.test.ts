import { describe } from 'vitest';
import { findControlPlane } from '../cluster/find-binaries.ts';
import { startRealCluster } from '../cluster/start-real-cluster.ts';
import { accessSuite } from '../kubelet-api/access-suite.ts';
import { reportRealApi } from './report-real-api.ts';

const binaries = findControlPlane();
reportRealApi('node access', [binaries]);

describe.skipIf(!('found' in binaries))('who is kept out of a node on a real API server', () => {
  accessSuite(() => {
    if (!('found' in binaries)) throw new Error(binaries.missing);
    return startRealCluster(binaries.found);
  });
});
