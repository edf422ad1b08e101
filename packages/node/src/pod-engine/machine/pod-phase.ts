import type { Container, ContainerStatus, PodSpec } from '../../provider/wire.ts';
import { isSidecar, restartDecision } from './restart-decision.ts';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

export interface PhaseFacts {
  /** Init and regular containers by name. */
  readonly statuses: ReadonlyMap<string, ContainerStatus>;
  /** A regular container has been made in the sandbox that is in use. */
  readonly initialised: boolean;
}

/** The phase of a pod that has not ended, from its containers. The rules are the kubelet's (getPhase in kubelet_pods.go). */
export function podPhase(spec: PodSpec, { statuses, initialised }: PhaseFacts): PodPhase {
  const inits = spec.initContainers ?? [];
  const plain = inits.filter((container) => !isSidecar(container)).map((container) => standOf(container, statuses));
  const endedForGood = (stand: Stand): boolean =>
    stand.exitCode !== undefined && restartDecision(stand.container, spec, stand.exitCode) === 'end';
  if (plain.some((stand) => (stand.exitCode ?? 0) !== 0 && endedForGood(stand))) return 'Failed';

  const sidecars = inits.filter(isSidecar).map((container) => standOf(container, statuses));
  const regular = spec.containers.map((container) => standOf(container, statuses));
  const initPending =
    plain.some(({ kind }) => kind !== 'ended') ||
    (!initialised && sidecars.some(({ kind, started }) => kind === 'waiting' || (kind === 'running' && !started)));
  const kept = [...sidecars, ...regular];
  if (initPending || kept.some(({ kind }) => kind === 'waiting')) return 'Pending';
  if (kept.some(({ kind }) => kind === 'running')) return 'Running';
  if (regular.some((stand) => !endedForGood(stand))) return 'Running';
  return regular.every(({ exitCode }) => exitCode === 0) ? 'Succeeded' : 'Failed';
}

/** One container, as the phase sees it: one that waits for its restart counts as ended. */
interface Stand {
  readonly container: Container;
  readonly kind: 'waiting' | 'running' | 'ended';
  readonly exitCode?: number;
  readonly started: boolean;
}

function standOf(container: Container, statuses: ReadonlyMap<string, ContainerStatus>): Stand {
  const status = statuses.get(container.name);
  const started = status?.started === true;
  if (status?.state?.running !== undefined) return { container, kind: 'running', started };
  const ended = status?.state?.terminated ?? status?.lastState?.terminated;
  if (ended === undefined) return { container, kind: 'waiting', started };
  return { container, kind: 'ended', exitCode: ended.exitCode, started };
}
