import type { EventRecorder } from '../kube/event-recorder.ts';
import { timeLimit } from '../kube/time-limit.ts';
import type { Clock } from '../work/clock.ts';
import { abortOf } from '../work/abort-of.ts';
import { TaskGroup } from '../work/task-group.ts';

/**
 * How long a stop goes on writing the events that wait. On a budget of 50 a second, of which 100 may go at once, that is about
 * 200 of them; a stop that waited for more would hold up the release of the backend for the sake of events.
 */
export const eventsFlushMilliseconds = 2_000;

/** Writes the events of all recorders until `stop`, then those that wait, for a moment; nothing any more once `force` is aborted. */
export async function recordEvents(options: {
  readonly recorders: readonly EventRecorder[];
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly force: AbortSignal;
}): Promise<void> {
  const { recorders, clock, stop, force } = options;
  const group = new TaskGroup(force);
  for (const recorder of recorders) recorder.start(group);
  group.spawn('end of events', async (signal) => {
    await Promise.race([abortOf(stop), abortOf(signal)]);
    const limit = timeLimit(clock, signal, {
      milliseconds: () => eventsFlushMilliseconds,
      reason: () => new Error('the time to write events is over'),
    });
    await Promise.all(recorders.map((recorder) => recorder.close(limit.signal)));
    limit.release();
    group.abort(signal.reason);
  });
  await group.join();
}
