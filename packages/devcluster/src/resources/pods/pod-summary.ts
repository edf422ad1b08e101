import { type ContainerState, type ContainerStatus, isSidecar, type Pod, type PodStatus } from './pod-types.ts';

/** What `kubectl get pods` says of a pod's containers. */
export interface PodSummary {
  ready: number;
  total: number;
  /** The STATUS column. */
  reason: string;
  restarts: number;
  /** When the last restarted container ended, in milliseconds since the epoch; absent when none was restarted. */
  lastRestart?: number;
}

interface RestartCount {
  count: number;
  last: number;
}

function addRestarts(total: RestartCount, status: ContainerStatus): void {
  total.count += status.restartCount ?? 0;
  const finishedAt = status.lastState?.terminated?.finishedAt;
  if (finishedAt) total.last = Math.max(total.last, Date.parse(finishedAt));
}

function terminatedReason(state: NonNullable<ContainerState['terminated']>): string {
  if (state.reason) return state.reason;
  return state.signal ? `Signal:${state.signal}` : `ExitCode:${state.exitCode ?? 0}`;
}

function hasTrueCondition(status: PodStatus, type: string): boolean {
  return status.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}

/** The reason of the pod as a whole, before its containers are looked at. */
function podReason(status: PodStatus): string {
  const gated = status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  return gated === true ? 'SchedulingGated' : status.reason || status.phase || '';
}

interface InitProgress {
  /** Set while an init container has not done its part. */
  reason?: string;
  readySidecars: number;
  restarts: RestartCount;
  sidecarRestarts: RestartCount;
}

function initProgress({ spec, status = {} }: Pod): InitProgress {
  const progress: InitProgress = {
    readySidecars: 0,
    restarts: { count: 0, last: 0 },
    sidecarRestarts: { count: 0, last: 0 },
  };
  const containers = new Map((spec.initContainers ?? []).map((container) => [container.name, container]));
  for (const [index, container] of (status.initContainerStatuses ?? []).entries()) {
    const sidecar = isSidecar(containers.get(container.name));
    addRestarts(progress.restarts, container);
    if (sidecar) addRestarts(progress.sidecarRestarts, container);
    const { terminated, waiting } = container.state ?? {};
    if (terminated !== undefined && (terminated.exitCode ?? 0) === 0) continue;
    if (sidecar && container.started === true) {
      if (container.ready) progress.readySidecars += 1;
      continue;
    }
    if (terminated !== undefined) progress.reason = `Init:${terminatedReason(terminated)}`;
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') progress.reason = `Init:${waiting.reason}`;
    else progress.reason = `Init:${index}/${spec.initContainers?.length ?? 0}`;
    break;
  }
  return progress;
}

interface ContainersProgress {
  reason: string;
  ready: number;
  restarts: RestartCount;
}

function containersProgress(status: PodStatus, reasonBefore: string, restarts: RestartCount): ContainersProgress {
  let reason = reasonBefore;
  let errorReason = '';
  let ready = 0;
  let running = false;
  for (const container of (status.containerStatuses ?? []).toReversed()) {
    addRestarts(restarts, container);
    const { waiting, terminated } = container.state ?? {};
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated !== undefined) {
      reason = terminatedReason(terminated);
      if ((terminated.exitCode ?? 0) !== 0) errorReason = reason;
    } else if (container.ready && container.state?.running !== undefined) {
      running = true;
      ready += 1;
    }
  }
  if (reason === 'Completed') {
    if (running && hasTrueCondition(status, 'Ready')) reason = 'Running';
    else if (errorReason !== '') reason = errorReason;
    else if (running) reason = 'NotReady';
  }
  return { reason, ready, restarts };
}

/**
 * Sums a pod up as the API server's printer does: the status of the first init container that is not done wins, then
 * that of the first container that waits or ended, and a pod that is being deleted is Terminating until it has ended.
 */
export function summarizePod(pod: Pod): PodSummary {
  const { spec, status = {}, metadata } = pod;
  const init = initProgress(pod);
  const total = (spec.containers ?? []).length + (spec.initContainers ?? []).filter(isSidecar).length;
  let reason = init.reason ?? podReason(status);
  let { restarts } = init;
  let ready = init.readySidecars;
  if (init.reason === undefined || hasTrueCondition(status, 'Initialized')) {
    const containers = containersProgress(status, reason, init.sidecarRestarts);
    ({ reason, restarts } = containers);
    ready += containers.ready;
  }
  if (metadata.deletionTimestamp !== undefined) {
    if (status.reason === 'NodeLost') reason = 'Unknown';
    else if (status.phase !== 'Failed' && status.phase !== 'Succeeded') reason = 'Terminating';
  }
  const summary: PodSummary = { ready, total, reason, restarts: restarts.count };
  if (restarts.last > 0) summary.lastRestart = restarts.last;
  return summary;
}
