import type { WatchProblem } from '../kube/watch-recovery.ts';
import type { Logger } from '../provider/logger.ts';
import type { CoreMetrics } from '../telemetry/core-metrics.ts';

/** Says what went wrong with a watch. One that the server ended after its time is no problem and is not told here. */
export function watchProblemReporter(
  log: Logger,
  metrics: CoreMetrics,
  subject: string,
): (problem: WatchProblem) => void {
  return ({ error, during, relist, retryInMilliseconds }) => {
    metrics.watchRestarted(subject, relist);
    log.warn('A watch broke off and goes on', {
      watch: subject,
      during,
      relist,
      error,
      retryInMilliseconds: Math.round(retryInMilliseconds),
    });
  };
}
