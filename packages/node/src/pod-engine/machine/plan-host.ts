import { hostLane, sandboxLane } from './lanes.ts';
import type { Turn } from './turn.ts';

/** Has what the pod needs on the host made ready: once in each process, and again for each version of the pod. */
export function planPrepare(turn: Turn): void {
  const { version, state, settings } = turn;
  if (!settings.prepares || version === undefined || state.preparedVersion === version) return;
  if (turn.isBusy(hostLane) || turn.isHeldUp(hostLane)) return;
  turn.begin(hostLane, { kind: 'prepare-pod', version });
}

/** After the end of a pod, when its sandboxes are stopped: what it had on the host is taken away. Its logs stay until it is removed. */
export function planRelease(turn: Turn): void {
  const { settings, state, observation } = turn;
  if (!settings.releases || state.released === true) return;
  if (turn.isBusy(hostLane) || turn.isBusy(sandboxLane) || turn.isHeldUp(hostLane)) return;
  if (observation.sandboxes.some((sandbox) => sandbox.state === 'ready')) return;
  turn.begin(hostLane, { kind: 'release-pod' });
}
