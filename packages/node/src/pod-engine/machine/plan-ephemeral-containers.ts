import { nextFailure, retrySoon } from './failure.ts';
import { startLane } from './lanes.ts';
import { isLostForGood } from './lost-run.ts';
import { planStart } from './plan-start.ts';
import type { Turn } from './turn.ts';

/** Starts ephemeral containers, each once: they are never restarted, whatever becomes of them. */
export function planEphemeralContainers(turn: Turn): void {
  for (const container of turn.spec.ephemeralContainers ?? []) {
    const { name, targetContainerName } = container;
    const latest = turn.latest(name);
    if (latest === undefined ? isLostForGood(turn, container) : latest.state !== 'created') continue;
    if (targetContainerName === undefined) {
      planStart(turn, container, { mayCreate: true });
      continue;
    }
    const target = turn.latest(targetContainerName);
    if (target !== undefined) {
      planStart(turn, container, { mayCreate: true, targetContainerId: target.id });
    } else if (!turn.isHeldUp(startLane(name))) {
      const message = `unable to find target container ${targetContainerName}`;
      turn.tell('Warning', 'Failed', `Error: ${message}`, name);
      const before = turn.state.failures[startLane(name)];
      const failure = nextFailure(before, 'CreateContainerConfigError', message, turn.now, retrySoon);
      turn.fail(startLane(name), failure);
      turn.wakeAt(failure.retryAt);
    }
  }
}
