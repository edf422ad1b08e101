import type { SeenPod } from '../driver/seen-pod.ts';
import type { EngineResult } from '../machine/advance.ts';
import type { EngineAction } from '../machine/engine-action.ts';
import type { PodEngineState } from '../machine/engine-state.ts';
import { mayRun } from '../machine/observation.ts';
import type { Pod, PodStatus } from '../../provider/wire.ts';
import type { ModelRuntime } from './model-runtime.ts';

const starting: readonly string[] = ['prepare-pod', 'create-sandbox', 'create-container', 'start-container'];

/** What stands at the moment of a judgement. */
export interface JudgedMoment {
  readonly pod: Pod;
  readonly state: PodEngineState;
  readonly runtime: ModelRuntime;
  /** What the machine has seen of the runtime: it may be older than what is. */
  readonly seen: SeenPod;
  readonly now: number;
  readonly stopped: boolean;
  /** Something that the pod refers to is missing. */
  readonly lacks: boolean;
}

/** What is wrong with what the machine has begun; empty when nothing is. */
export function judgeActions(actions: readonly EngineAction[], moment: JudgedMoment): string[] {
  return actions.flatMap((action) => judgeAction(action, moment));
}

function judgeAction(action: EngineAction, moment: JudgedMoment): string[] {
  const { state, stopped, lacks, runtime } = moment;
  const isStart = starting.includes(action.kind);
  if (stopped && isStart) return [`${action.kind} after the stop`];
  if (state.end !== undefined && isStart) return [`${action.kind} after the end`];
  if (lacks && isStart) return [`${action.kind} while something is missing`];
  if (isStart && action.kind !== 'prepare-pod' && state.preparedVersion === undefined)
    return [`${action.kind} before the host is ready`];
  if (action.kind === 'release-pod') {
    const isUsed = runtime.containers.some(mayRun) || runtime.sandboxes.some((sandbox) => sandbox.state === 'ready');
    return isUsed ? ['released while it is used'] : [];
  }
  if (action.kind === 'create-container') return judgeCreation(action, moment);
  return action.kind === 'stop-container' ? judgeStop(action.container, moment) : [];
}

function judgeCreation(
  { container: name, sandboxId }: Extract<EngineAction, { readonly kind: 'create-container' }>,
  { pod, runtime }: JudgedMoment,
): string[] {
  if (runtime.containers.some((run) => run.name === name && mayRun(run))) return [`${name} is created while it runs`];
  const { initContainers = [], containers = [] } = pod.spec ?? {};
  const inSandbox = (other: string): boolean =>
    runtime.containers.some((run) => run.name === other && run.sandboxId === sandboxId);
  if (containers.some((regular) => inSandbox(regular.name))) return [];
  const place = initContainers.findIndex((init) => init.name === name);
  const isRegular = containers.some((regular) => regular.name === name);
  if (place === -1 && !isRegular) return [];
  return initContainers
    .slice(0, place === -1 ? undefined : place)
    .filter((earlier) => !runtime.through.has(`${sandboxId}/${earlier.name}`))
    .map((earlier) => `${name} is created before ${earlier.name} is through`);
}

/** While there is time, sidecars outlive the regular containers, and the sidecars after them. */
function judgeStop(name: string, { pod, state, runtime, seen, now }: JudgedMoment): string[] {
  const { stop, kills } = state;
  const kill = Object.values(kills).find(({ container }) => container === name);
  if (stop === undefined || kill?.reason !== 'pod-stop' || now >= kill.deadline || !runtime.sidecars.has(name))
    return [];
  const sidecars = [...runtime.sidecars];
  const before = new Set([
    ...(pod.spec?.containers ?? []).map((container) => container.name),
    ...sidecars.slice(sidecars.indexOf(name) + 1),
  ]);
  const alive = seen.containers.filter((run) => before.has(run.name) && mayRun(run));
  return alive.map((run) => `${name} is stopped before ${run.name}`);
}

/** What is wrong with a status after the one before it. */
export function judgeStatus(
  before: PodStatus,
  after: PodStatus,
  { pod, runtime }: JudgedMoment,
  mayRunAgain: ReadonlySet<string>,
): string[] {
  const wrong: string[] = [];
  if (isTerminal(before) && before.phase !== after.phase)
    wrong.push(`the phase goes from ${before.phase} to ${after.phase}`);
  const counts = new Map(statusesOf(before).map(({ name, restartCount }) => [name, restartCount]));
  for (const { name, restartCount } of statusesOf(after))
    if (restartCount < (counts.get(name) ?? 0)) wrong.push(`the restart count of ${name} goes down`);
  const { containers = [], restartPolicy } = pod.spec ?? {};
  const rules = containers.some(({ restartPolicyRules }) => restartPolicyRules !== undefined);
  for (const { name, restartPolicy: own } of containers) {
    const starts = runtime.starts.get(name) ?? 0;
    if (restartPolicy === 'Never' && own === undefined && !rules && starts > 1 && !mayRunAgain.has(name))
      wrong.push(`${name} runs ${starts} times though it never restarts`);
  }
  if (isTerminal(after) && runtime.containers.some(mayRun)) wrong.push('the pod has ended and a container runs');
  return wrong;
}

export function isTerminal({ phase }: PodStatus): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

export function statusesOf(status: PodStatus): NonNullable<PodStatus['containerStatuses']> {
  return [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ];
}

/** Every lane of the state waits for one action that is under way, and for one only. */
export function judgeLanes(pending: readonly EngineAction[], result: EngineResult): string[] {
  const { actions, cancellations, state } = result;
  const lanes = new Set([...pending, ...actions].map(({ lane, id }) => `${lane}#${id}`));
  for (const { lane, id } of cancellations) lanes.delete(`${lane}#${id}`);
  const inFlight = Object.entries(state.inFlight).map(([lane, { id }]) => `${lane}#${id}`);
  const complaints: string[] = [];
  if (inFlight.some((key) => !lanes.has(key)) && cancellations.length === 0)
    complaints.push(`a lane waits for nothing: ${inFlight.join(' ')}`);
  if (lanes.size > inFlight.length) complaints.push(`two actions at once: ${[...lanes].join(' ')}`);
  return complaints;
}
