import { decisionAfterRun } from './after-run.ts';
import { withStop } from './engine-state.ts';
import { sandboxLane } from './lanes.ts';
import { latestSandbox, mayRun } from './observation.ts';
import { planKills, podGraceSeconds, requestKill } from './plan-kill.ts';
import type { Turn } from './turn.ts';

/** Finds the sandbox that containers can be started in, or takes the next step towards one. */
export function planSandbox(turn: Turn): void {
  turn.sandbox = undefined;
  if (turn.isBusy(sandboxLane)) return;
  const latest = latestSandbox(turn.observation);
  if (latest === undefined) {
    if (mayStartAgain(turn)) createSandbox(turn, 0);
    return;
  }
  const ready = turn.observation.sandboxes.filter(({ state }) => state === 'ready');
  const hasAddress = turn.spec.hostNetwork === true || latest.ips.length > 0;
  if (latest.state === 'ready' && ready.length === 1 && hasAddress) {
    turn.sandbox = latest;
    return;
  }
  const running = turn.observation.containers.filter(mayRun);
  if (running.length > 0) {
    for (const run of running) requestKill(turn, run, 'sandbox-changed');
    planKills(turn);
    return;
  }
  const [old] = ready;
  if (old !== undefined) {
    if (!turn.isHeldUp(sandboxLane)) turn.begin(sandboxLane, { kind: 'stop-sandbox', sandboxId: old.id });
    return;
  }
  if (mayStartAgain(turn)) createSandbox(turn, latest.attempt + 1);
}

function createSandbox(turn: Turn, attempt: number): void {
  if (!turn.mayStart || turn.isHeldUp(sandboxLane)) return;
  if (attempt > 0) turn.tell('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
  turn.begin(sandboxLane, { kind: 'create-sandbox', attempt, resources: turn.spec.resources ?? {} });
}

/** A pod whose containers have run and are not to run again gets no second sandbox: it ends. */
function mayStartAgain(turn: Turn): boolean {
  if (!hasRun(turn)) return true;
  const left = turn.spec.containers.filter((container) => {
    const latest = turn.latest(container.name);
    return latest?.state !== 'exited' || decisionAfterRun(turn, container, latest) !== 'end';
  });
  if (turn.spec.restartPolicy !== 'Never' && left.length > 0) return true;
  const cause = left.length > 0 ? 'sandbox-lost' : 'completed';
  turn.state = withStop(turn.state, cause, podGraceSeconds(turn.spec), turn.now);
  return false;
}

/** Any container of the pod has run, as far as the runtime or the API can tell. */
export function hasRun(turn: Turn): boolean {
  if (turn.observation.containers.some(({ state }) => state !== 'created')) return true;
  return Object.values(turn.state.shown).some(
    ({ state }) => state?.running !== undefined || state?.terminated !== undefined,
  );
}
