import type { Runner } from '../work/runner.ts';
import type { WorkQueue } from '../work/work-queue.ts';

/** How one line of work stands. */
export interface QueueFigures {
  readonly depth: number;
  readonly delayed: number;
  readonly inProgress: number;
  readonly overlong: number;
  readonly oldestMilliseconds: number;
}

export function queueFigures<K>(queue: WorkQueue<K>, runner: Runner<K>): QueueFigures {
  return {
    depth: queue.length,
    delayed: queue.delayed,
    inProgress: queue.inWork,
    overlong: runner.lent,
    oldestMilliseconds: queue.oldestMilliseconds,
  };
}
