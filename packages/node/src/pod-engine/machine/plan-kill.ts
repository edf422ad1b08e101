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
  const { id, name } = run;
  const container = turn.container(name);
  const graceSeconds = graceOf(turn, container, reason);
  const deadline = turn.state.stop?.deadline ?? turn.now + graceSeconds * 1000;
  const known = turn.state.kills[id];
  if (known !== undefined) {
    if (deadline < known.deadline) hasten(turn, id, known, deadline);
    return;
  }
  endWorkOn(turn, run);
  const hasHook = container?.lifecycle?.preStop !== undefined && run.state === 'running' && deadline > turn.now;
  turn.setKill(id, { container: name, reason, graceSeconds, deadline, preStop: hasHook ? 'due' : 'done' });
  if (container !== undefined && restartReasons.has(reason) && restartsAfterFailure(container, turn.spec, 1))
    turn.setProgress(name, { restart: id });
  turn.tell('Normal', 'Killing', message ?? `Stopping container ${name}`, name);
}

/** A hook after the start of a container that is being stopped has lost its point, and so have the probes that would restart it. */
function endWorkOn(turn: Turn, { id, name }: RuntimeContainer): void {
  const hook = turn.stepIn(startLane(name));
  if (hook?.kind === 'run-post-start' && hook.containerId === id) turn.cancel(startLane(name));
  for (const lane of [probeLane(name, 'startup'), probeLane(name, 'liveness')]) {
    const probe = turn.stepIn(lane);
    if (probe?.kind === 'probe' && probe.containerId === id) turn.cancel(lane);
  }
}

/** Forgets the stops that have reached their end, before anything is planned on them. */
export function settleKills(turn: Turn): void {
  for (const id of Object.keys(turn.state.kills)) {
    const run = turn.observation.containers.find((candidate) => candidate.id === id);
    if (run !== undefined && mayRun(run)) continue;
    turn.cancel(stopLane(id));
    turn.fail(stopLane(id), undefined);
    turn.setKill(id, undefined);
  }
}

/** Takes the next step of every stop that is under way. */
export function planKills(turn: Turn): void {
  for (const [id, kill] of Object.entries(turn.state.kills)) planKill(turn, id, kill);
}

function planKill(turn: Turn, containerId: string, kill: Kill): void {
  const { container, deadline, preStop } = kill;
  const lane = stopLane(containerId);
  if (preStop === 'due' && turn.now < deadline) {
    turn.begin(lane, { kind: 'run-pre-stop', container, containerId });
    turn.setKill(containerId, { ...kill, preStop: 'running' });
    turn.wakeAt(deadline);
    return;
  }
  if (preStop !== 'done') {
    if (turn.isBusy(lane) && turn.now < deadline) {
      turn.wakeAt(deadline);
      return;
    }
    turn.cancel(lane);
    turn.setKill(containerId, { ...kill, preStop: 'done' });
  }
  if (isWaitingForItsTurn(turn, kill) || turn.isBusy(lane) || turn.isHeldUp(lane)) return;
  const remaining = Math.ceil((deadline - turn.now) / 1000);
  const timeoutSeconds = Math.max(minimumGraceSeconds, remaining);
  turn.begin(lane, { kind: 'stop-container', container, containerId, timeoutSeconds });
}

/** Sidecars stop after all regular containers, in reverse order (KEP-753), as long as there is time. */
function isWaitingForItsTurn(turn: Turn, kill: Kill): boolean {
  if (kill.reason !== 'pod-stop' && kill.reason !== 'sandbox-changed') return false;
  const sidecars = (turn.spec.initContainers ?? []).filter(isSidecar).map((container) => container.name);
  const place = sidecars.indexOf(kill.container);
  if (place === -1 || turn.now >= kill.deadline) return false;
  const before = new Set([...turn.spec.containers.map((container) => container.name), ...sidecars.slice(place + 1)]);
  const waits = turn.observation.containers.some((other) => before.has(other.name) && mayRun(other));
  if (waits) turn.wakeAt(kill.deadline);
  return waits;
}

function hasten(turn: Turn, containerId: string, kill: Kill, deadline: number): void {
  const lane = stopLane(containerId);
  // A stop with the longer time is under way: it is asked for anew.
  if (turn.stepIn(lane)?.kind === 'stop-container') turn.cancel(lane);
  turn.setKill(containerId, { ...kill, deadline });
}

function graceOf(turn: Turn, container: Container | undefined, reason: KillReason): number {
  if (turn.state.stop !== undefined) return turn.state.stop.graceSeconds;
  const ofPod = podGraceSeconds(turn.spec);
  if (reason === 'restart-all') return 0;
  if (reason === 'liveness-probe') return container?.livenessProbe?.terminationGracePeriodSeconds ?? ofPod;
  return (reason === 'startup-probe' ? container?.startupProbe?.terminationGracePeriodSeconds : undefined) ?? ofPod;
}
