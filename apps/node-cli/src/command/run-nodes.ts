import type { Clock } from '@vk/node';
import { CommandError } from '../errors/command-error.ts';
import { formatDuration } from '../flags/duration.ts';

/** What the library's nodes are to this command. */
export interface RunnableNodes {
  /** Resolves when every node is registered and Ready; rejects when it never will be. */
  readonly ready: Promise<void>;
  /** Runs until the signal is aborted, and puts everything away. */
  run(signal: AbortSignal): Promise<void>;
}

export interface RunNodesOptions {
  readonly nodes: RunnableNodes;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  /** Milliseconds; 0 waits for ever. */
  readonly startupTimeout: number;
  readonly onReady?: () => void;
}

/**
 * Runs nodes until they are stopped.
 *
 * @throws CommandError `not-ready` when they are not ready in time; they are stopped first.
 */
export async function runNodes({ nodes, clock, stop, startupTimeout, onReady }: RunNodesOptions): Promise<void> {
  const tooLate = new AbortController();
  const timer =
    startupTimeout === 0 ? undefined : clock.setTimer(() => tooLate.abort(notReady(startupTimeout)), startupTimeout);
  const running = nodes.run(AbortSignal.any([stop, tooLate.signal]));
  const becomeReady = nodes.ready.then(
    () => {
      timer?.cancel();
      onReady?.();
    },
    // Why they never became ready is what run() ends with.
    () => undefined,
  );
  try {
    await running;
    await becomeReady;
  } catch (error) {
    throw tooLate.signal.aborted ? tooLate.signal.reason : error;
  } finally {
    timer?.cancel();
  }
  if (tooLate.signal.aborted) throw tooLate.signal.reason;
}

function notReady(milliseconds: number): CommandError {
  return new CommandError(
    'not-ready',
    `the node was not ready within ${formatDuration(milliseconds)} (--startup-timeout)`,
  );
}
