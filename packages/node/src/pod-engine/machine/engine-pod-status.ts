import type { PodCondition, PodStatus } from '../../provider/wire.ts';
import { latestSandbox } from './observation.ts';
import { isInitialised } from './plan-init-containers.ts';
import { actualResources } from './plan-resize.ts';
import { containerStatuses, hasRegularRun, withAllEnded } from './pod-container-statuses.ts';
import { podPhase } from './pod-phase.ts';
import { isSidecar } from './restart-decision.ts';
import { resizeLane } from './lanes.ts';
import { resourcesJson } from './spec-hash.ts';
import type { Turn } from './turn.ts';
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
    conditions: [readyToStartCondition(turn), ...resizeCondition(turn)],
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

function resizeCondition(turn: Turn): PodCondition[] {
  const containers = [...(turn.spec.initContainers ?? []).filter(isSidecar), ...turn.spec.containers];
  const resizing = containers.filter((container) => {
    const run = turn.latest(container.name);
    return run?.state === 'running' && actualResources(turn, run) !== resourcesJson(container);
  });
  if (!turn.settings.resizes || resizing.length === 0) return [];
  const failure = resizing
    .map(({ name }) => turn.state.failures[resizeLane(name)])
    .find((known) => known !== undefined);
  return [
    {
      type: 'PodResizeInProgress',
      status: 'True',
      ...(failure !== undefined && { reason: 'Error', message: failure.message }),
    },
  ];
}
