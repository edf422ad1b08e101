import type { PodCondition, PodStatus } from '../../provider/wire.ts';
import { latestSandbox } from './observation.ts';
import { isInitialised } from './plan-init-containers.ts';
import { isResizing, resizingContainers } from './plan-resize.ts';
import { containerStatuses, hasRegularRun, withAllEnded } from './pod-container-statuses.ts';
import { podPhase } from './pod-phase.ts';
import { podResizeLane, resizeLane } from './lanes.ts';
import { amountsOnly } from './resources.ts';
import { allContainers, type Turn } from './turn.ts';
import { wireTime } from './wire-time.ts';

/** The status of the pod at this moment. Conditions that follow from the containers are the core's to fill in. */
export function enginePodStatus(turn: Turn): PodStatus {
  const { end } = turn.state;
  const found = containerStatuses(turn);
  const regular = end === undefined ? found.regular : withAllEnded(turn, found.regular);
  const statuses = new Map(found.all.map((status) => [status.name, status]));
  const ips = podIPs(turn);
  const [podIP] = ips;
  return {
    phase: end?.phase ?? livePhase(turn, statuses),
    ...(end?.reason !== undefined && { reason: end.reason }),
    ...(end?.message !== undefined && { message: end.message }),
    ...(turn.state.startedAt !== undefined && { startTime: wireTime(turn.state.startedAt) }),
    ...(podIP !== undefined && { podIP, podIPs: ips.map((ip) => ({ ip })) }),
    ...(found.init.length > 0 && { initContainerStatuses: found.init }),
    containerStatuses: regular,
    ...(found.ephemeral.length > 0 && { ephemeralContainerStatuses: found.ephemeral }),
    ...podResources(turn),
    conditions: [readyToStartCondition(turn), ...resizeConditions(turn), ...restartCondition(turn)],
  };
}

/** A phase is terminal only once nothing of the pod runs: until then it is what it was. */
function livePhase(turn: Turn, statuses: Parameters<typeof podPhase>[1]['statuses']): string {
  const phase = podPhase(turn.spec, { statuses, initialised: isInitialised(turn) });
  if (phase === 'Pending' || phase === 'Running') return phase;
  return hasRegularRun(turn) ? 'Running' : 'Pending';
}

function podIPs(turn: Turn): readonly string[] {
  const sandbox = latestSandbox(turn.observation);
  if (sandbox === undefined) return [];
  return turn.spec.hostNetwork === true ? turn.settings.hostIPs : sandbox.ips;
}

function readyToStartCondition(turn: Turn): PodCondition {
  const ready = latestSandbox(turn.observation)?.state === 'ready' && turn.state.end === undefined;
  return { type: 'PodReadyToStartContainers', status: ready ? 'True' : 'False' };
}

function resizeConditions(turn: Turn): PodCondition[] {
  const { pendingResize } = turn;
  const pending: PodCondition[] =
    pendingResize === undefined ? [] : [{ type: 'PodResizePending', status: 'True', ...pendingResize }];
  if (!isResizing(turn)) return pending;
  const lanes = [podResizeLane, ...resizingContainers(turn).map(({ name }) => resizeLane(name))];
  const failure = lanes.map((lane) => turn.state.failures[lane]).find((known) => known !== undefined);
  return [
    ...pending,
    {
      type: 'PodResizeInProgress',
      status: 'True',
      ...(failure !== undefined && { reason: 'Error', message: failure.message }),
    },
  ];
}

/** Only for a pod that has a rule for it (KEP-5532). */
function restartCondition(turn: Turn): PodCondition[] {
  const rules = allContainers(turn.spec).flatMap(({ restartPolicyRules }) => restartPolicyRules ?? []);
  if (!rules.some(({ action }) => action === 'RestartAllContainers')) return [];
  const type = 'AllContainersRestarting';
  const { end } = turn.state;
  if (end !== undefined)
    return [{ type, status: 'False', reason: end.phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' }];
  if (turn.state.restartingAll !== true) return [{ type, status: 'False' }];
  const message = 'container exited with restart policy rule';
  return [{ type, status: 'True', reason: 'RestartAllContainersStarted', message }];
}

/** What the pod as a whole has been given, and has by now; only for one that names it. */
function podResources(turn: Turn): Pick<PodStatus, 'resources' | 'allocatedResources'> {
  const { resources } = turn.spec;
  if (resources === undefined) return {};
  return {
    resources: amountsOnly(turn.state.podResources ?? resources),
    ...(resources.requests !== undefined && { allocatedResources: resources.requests }),
  };
}
