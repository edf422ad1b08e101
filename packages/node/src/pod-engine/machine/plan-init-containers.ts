import type { Container } from '../../provider/wire.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import { withStop } from './engine-state.ts';
import { planStart } from './plan-start.ts';
import { planRunning } from './plan-running.ts';
import { podGraceSeconds, requestKill } from './plan-kill.ts';
import { isSidecar, restartDecision, restartsAfterFailure } from './restart-decision.ts';
import { isStarted } from './started.ts';
import type { Turn } from './turn.ts';

/**
 * Runs the init containers in order, and keeps sidecars up. True when all of them are through, so that the regular
 * containers may start.
 */
export function planInitContainers(turn: Turn): boolean {
  const containers = turn.spec.initContainers ?? [];
  const initialised = isInitialised(turn);
  for (const [index, container] of containers.entries()) {
    const laterRan = containers.slice(index + 1).some(({ name }) => currentRun(turn, name) !== undefined);
    const through = isSidecar(container)
      ? planSidecar(turn, container, initialised || laterRan)
      : initialised || laterRan || planInitContainer(turn, container);
    if (turn.state.stop !== undefined || turn.state.restartingAll === true) return false;
    if (!through && !initialised && !laterRan) return false;
  }
  return true;
}

/** Once a regular container exists in the sandbox, init containers are over, whether the runtime still has them or not. */
export function isInitialised(turn: Turn): boolean {
  return turn.spec.containers.some(({ name }) => currentRun(turn, name) !== undefined);
}

/** The newest run in the sandbox that is in use: what ran in one before does not count. */
function currentRun(turn: Turn, name: string): RuntimeContainer | undefined {
  const latest = turn.latest(name);
  return latest?.sandboxId === turn.sandbox?.id ? latest : undefined;
}

/** True when it has succeeded. */
function planInitContainer(turn: Turn, container: Container): boolean {
  const run = currentRun(turn, container.name);
  switch (run?.state) {
    case 'running':
      // It has neither hooks nor probes, and another image is for its next run.
      return false;
    case 'exited': {
      if (run.exitCode === 0) return true;
      const decision = restartDecision(container, turn.spec, run.exitCode ?? 1);
      if (decision === 'restart-all') turn.setState({ restartingAll: true });
      else if (decision === 'restart') planStart(turn, container, { mayCreate: true });
      else stopAsFailed(turn);
      return false;
    }
    case 'unknown':
      if (restartsAfterFailure(container, turn.spec, 1)) requestUnknownKill(turn, run);
      else stopAsFailed(turn);
      return false;
    case 'created':
    case undefined:
      planStart(turn, container, { mayCreate: true });
      return false;
  }
}

/** True when it is up. One that was up before is brought up again beside the others. */
function planSidecar(turn: Turn, container: Container, wasUp: boolean): boolean {
  const run = currentRun(turn, container.name);
  if (run?.state === 'running') {
    planRunning(turn, container, run);
    return isStarted(turn, container, run);
  }
  if (run?.state === 'unknown') {
    requestUnknownKill(turn, run);
    return false;
  }
  if (run?.state === 'exited' && restartDecision(container, turn.spec, run.exitCode ?? 1) === 'restart-all') {
    turn.setState({ restartingAll: true });
    return false;
  }
  planStart(turn, container, { mayCreate: true });
  return wasUp;
}

function requestUnknownKill(turn: Turn, run: RuntimeContainer): void {
  requestKill(turn, run, 'unknown-state', `Init container is in "unknown" state, try killing it before restart`);
}

function stopAsFailed(turn: Turn): void {
  turn.state = withStop(turn.state, 'init-failed', podGraceSeconds(turn.spec), turn.now);
}
