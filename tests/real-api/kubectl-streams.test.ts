import { describe } from 'vitest';
import { findControlPlane, findKubectl } from '../cluster/find-binaries.ts';
import { startRealCluster } from '../cluster/start-real-cluster.ts';
import { canProxyToNodes, testAddress } from '../cluster/test-address.ts';
import { findKubectls } from '../kubectl/streams/find-kubectls.ts';
import { streamSuite } from '../kubectl/streams/stream-suite.ts';
import { reportLane } from '../lane-report.ts';
import { reportRealApi } from './report-real-api.ts';

const binaries = findControlPlane();
const kubectls = findKubectls();
reportRealApi('looking into pods', [binaries, findKubectl()]);
reportLane({
  lane: 'real API',
  part: 'kubectl top',
  ran: false,
  reason: 'kubectl top: there is no metrics-server; what it scrapes of a node is looked at instead',
});
if (!canProxyToNodes) {
  reportLane({
    lane: 'real API',
    part: 'proxy of nodes',
    ran: false,
    reason: `proxy of nodes: kube-apiserver has none for nodes at ${testAddress}, and scripts/own-network.ts gave no other address`,
  });
}

describe.skipIf(!('found' in binaries) || kubectls.length === 0)('on a real API server', () => {
  for (const { program, version } of kubectls) {
    describe.each([true, false])(`with ${version} and ExtendWebSocketsToKubelet %s,`, (extendWebSocketsToKubelet) => {
      streamSuite({
        program,
        startCluster: () => {
          if (!('found' in binaries)) throw new Error(binaries.missing);
          return startRealCluster(binaries.found, { extendWebSocketsToKubelet });
        },
        proxies: canProxyToNodes,
        measures: false,
      });
    });
  }
});
