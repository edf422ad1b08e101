import type { Container } from '../../provider/wire.ts';
import { decisionAfterRun } from './after-run.ts';
import { withStop } from './engine-state.ts';
import { isLostForGood } from './lost-run.ts';
import { planRunning } from './plan-running.ts';
import { planStart, type StartProgress } from './plan-start.ts';
import { podGraceSeconds, requestKill } from './plan-kill.ts';
import { isInPostStart } from './started.ts';
import type { Turn } from './turn.ts';

/**
 * Starts the regular containers in order and keeps them as their restart policies say. Each waits for the start and the hook
 * of the one before it, but not for one that waits itself (for its back-off, or for an image that cannot be had).
 */
export function planContainers(turn: Turn): void {
  let mayCreate = true;
  let alive = false;
  for (const container of turn.spec.containers) {
    const progress = planContainer(turn, container, mayCreate);
    if (turn.state.restartingAll === true) return;
    if (progress !== 'ended') alive = true;
    if (progress === 'progressing') mayCreate = false;
  }
  if (!alive) turn.state = withStop(turn.state, 'completed', podGraceSeconds(turn.spec), turn.now);
}

function planContainer(turn: Turn, container: Container, mayCreate: boolean): StartProgress | 'running' | 'ended' {
  const latest = turn.latest(container.name);
  switch (latest?.state) {
    case 'running':
      planRunning(turn, container, latest);
      return isInPostStart(turn, latest) ? 'progressing' : 'running';
    case 'unknown':
      requestKill(turn, latest, 'unknown-state', 'Container is in "unknown" state, try killing it before restart');
      return 'waiting';
    case 'exited': {
      const decision = decisionAfterRun(turn, container, latest);
      if (decision === 'restart-all') {
        turn.setState({ restartingAll: true });
        return 'waiting';
      }
      return decision === 'end' ? 'ended' : planStart(turn, container, { mayCreate });
    }
    case undefined:
      return isLostForGood(turn, container) ? 'ended' : planStart(turn, container, { mayCreate });
    case 'created':
      return planStart(turn, container, { mayCreate });
  }
}
