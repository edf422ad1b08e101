import { describe } from 'vitest';
import { startDevCluster } from '../../cluster/start-dev-cluster.ts';
import { reportLane } from '../../lane-report.ts';
import { hasTerminal } from './exec-cases.ts';
import { findKubectls } from './find-kubectls.ts';
import { streamSuite } from './stream-suite.ts';

const kubectls = findKubectls();
reportLane({
  lane: 'kubectl',
  part: 'looking into pods',
  ran: kubectls.length > 0,
  ...(kubectls.length > 0
    ? { detail: kubectls.map(({ version }) => version).join(', ') }
    : { reason: 'there is no kubectl on the PATH' }),
});
if (!hasTerminal) {
  reportLane({
    lane: 'kubectl',
    part: 'terminal',
    ran: false,
    reason: 'exec -it: there is no python3 with a pty module',
  });
}

describe.skipIf(kubectls.length === 0)('on the development cluster', () => {
  for (const { program, version } of kubectls) {
    describe.each([true, false])(`with ${version} and ExtendWebSocketsToKubelet %s,`, (extendWebSocketsToKubelet) => {
      streamSuite({
        program,
        startCluster: () => startDevCluster({ extendWebSocketsToKubelet }),
        proxies: true,
        measures: true,
      });
    });
  }
});
