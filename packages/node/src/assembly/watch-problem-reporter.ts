import type { WatchProblem } from '../kube/watch-recovery.ts';
import type { Logger } from '../provider/logger.ts';

/** Says what went wrong with a watch. One that the server ended after its time is no problem and is not told here. */
export function watchProblemReporter(log: Logger, subject: string): (problem: WatchProblem) => void {
  return ({ error, during, relist, retryInMilliseconds }) =>
    log.warn('A watch broke off and goes on', {
      watch: subject,
      during,
      relist,
      error,
      retryInMilliseconds: Math.round(retryInMilliseconds),
    });
}
