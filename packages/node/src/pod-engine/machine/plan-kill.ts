import type { Container, PodSpec } from '../../provider/wire.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import type { Kill, KillReason } from './engine-state.ts';
import { probeLane, startLane, stopLane } from './lanes.ts';
import { mayRun } from './observation.ts';
import { isSidecar, restartsAfterFailure } from './restart-decision.ts';
import type { Turn } from './turn.ts';

/** Every container gets at least this long between its stop signal and force, as with the kubelet. */
const minimumGraceSeconds = 2;
const defaultGraceSeconds = 30;

/** Runs that are ended so that another one may do better: what they exit with says nothing. */
const restartReasons: ReadonlySet<KillReason> = new Set([
  'liveness-probe',
  'startup-probe',
  'unknown-state',
  'sandbox-changed',
]);

/** The pod's own grace period, in seconds. */
export function podGraceSeconds({ terminationGracePeriodSeconds }: PodSpec): number {
  return terminationGracePeriodSeconds ?? defaultGraceSeconds;
}

/** Has a container stopped. Asked again, it can only become more urgent. `message` is for the event. */
export function requestKill(turn: Turn, run: RuntimeContainer, reason: KillReason, message?: string): void {
  const { name } = run;
  const container = turn.container(name);
  const graceSeconds = graceOf(turn, container, reason);
  const deadline = turn.state.stop?.deadline ?? turn.now + graceSeconds * 1000;
  const known = turn.progress(name).kill;
  if (known?.containerId === run.id) {
    if (deadline < known.deadline) hasten(turn, name, known, deadline);
    return;
  }
  // A hook after the start of a container that is being stopped has lost its point.
  if (turn.stepIn(startLane(name))?.kind === 'run-post-start') turn.cancel(startLane(name));
  for (const type of ['startup', 'liveness']) turn.cancel(probeLane(name, type));
  const hasHook = container?.lifecycle?.preStop !== undefined && run.state === 'running' && deadline > turn.now;
  turn.setProgress(name, {
    kill: { containerId: run.id, reason, graceSeconds, deadline, preStop: hasHook ? 'due' : 'done' },
  });
  if (container !== undefined && restartReasons.has(reason) && restartsAfterFailure(container, turn.spec, 1))
    turn.setProgress(name, { restart: run.id });
  turn.tell('Normal', 'Killing', message ?? `Stopping container ${name}`, name);
}

/** Forgets the stops that have reached their end, before anything is planned on them. */
export function settleKills(turn: Turn): void {
  for (const [name, { kill }] of Object.entries(turn.state.containers)) {
    if (kill === undefined) continue;
    const run = turn.observation.containers.find(({ id }) => id === kill.containerId);
    if (run !== undefined && mayRun(run)) continue;
    turn.cancel(stopLane(name));
    turn.fail(stopLane(name), undefined);
    turn.setProgress(name, { kill: undefined });
  }
}

/** Takes the next step of every stop that is under way. */
export function planKills(turn: Turn): void {
  for (const [name, { kill }] of Object.entries(turn.state.containers)) {
    if (kill !== undefined) planKill(turn, name, kill);
  }
}

function planKill(turn: Turn, name: string, kill: Kill): void {
  const lane = stopLane(name);
  const run = turn.observation.containers.find(({ id }) => id === kill.containerId);
  if (run === undefined) return;
  if (kill.preStop === 'due' && turn.now < kill.deadline) {
    turn.begin(lane, { kind: 'run-pre-stop', container: name, containerId: run.id });
    turn.setProgress(name, { kill: { ...kill, preStop: 'running' } });
    turn.wakeAt(kill.deadline);
    return;
  }
  if (kill.preStop !== 'done') {
    if (turn.isBusy(lane) && turn.now < kill.deadline) {
      turn.wakeAt(kill.deadline);
      return;
    }
    turn.cancel(lane);
    turn.setProgress(name, { kill: { ...kill, preStop: 'done' } });
  }
  if (isWaitingForItsTurn(turn, name, kill) || turn.isBusy(lane) || turn.isHeldUp(lane)) return;
  const remaining = Math.ceil((kill.deadline - turn.now) / 1000);
  const timeoutSeconds = Math.max(minimumGraceSeconds, remaining);
  turn.begin(lane, { kind: 'stop-container', container: name, containerId: run.id, timeoutSeconds });
}

/** Sidecars stop after all regular containers, in reverse order (KEP-753), as long as there is time. */
function isWaitingForItsTurn(turn: Turn, name: string, kill: Kill): boolean {
  if (kill.reason !== 'pod-stop' && kill.reason !== 'sandbox-changed') return false;
  const sidecars = (turn.spec.initContainers ?? []).filter(isSidecar).map((container) => container.name);
  const place = sidecars.indexOf(name);
  if (place === -1 || turn.now >= kill.deadline) return false;
  const before = new Set([...turn.spec.containers.map((container) => container.name), ...sidecars.slice(place + 1)]);
  const waits = turn.observation.containers.some((other) => before.has(other.name) && mayRun(other));
  if (waits) turn.wakeAt(kill.deadline);
  return waits;
}

function hasten(turn: Turn, name: string, kill: Kill, deadline: number): void {
  const lane = stopLane(name);
  // A stop with the longer time is under way: it is asked for anew.
  if (turn.stepIn(lane)?.kind === 'stop-container') turn.cancel(lane);
  turn.setProgress(name, { kill: { ...kill, deadline } });
}

function graceOf(turn: Turn, container: Container | undefined, reason: KillReason): number {
  if (turn.state.stop !== undefined) return turn.state.stop.graceSeconds;
  const ofPod = podGraceSeconds(turn.spec);
  if (reason === 'restart-all') return 0;
  if (reason === 'liveness-probe') return container?.livenessProbe?.terminationGracePeriodSeconds ?? ofPod;
  return (reason === 'startup-probe' ? container?.startupProbe?.terminationGracePeriodSeconds : undefined) ?? ofPod;
}
