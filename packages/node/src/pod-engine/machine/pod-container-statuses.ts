import type { ContainerStatus } from '../../provider/wire.ts';
import { lostState } from './container-state.ts';
import { containerStatus } from './container-status.ts';
import type { Turn } from './turn.ts';

export interface PodContainerStatuses {
  readonly init: readonly ContainerStatus[];
  readonly regular: readonly ContainerStatus[];
  readonly ephemeral: readonly ContainerStatus[];
  /** Init and regular ones. */
  readonly all: readonly ContainerStatus[];
}

/** The statuses of all containers, in the order of the spec. */
export function containerStatuses(turn: Turn): PodContainerStatuses {
  const init = (turn.spec.initContainers ?? []).map((container) => containerStatus(turn, container, 'init'));
  const regular = turn.spec.containers.map((container) => containerStatus(turn, container, 'regular'));
  const ephemeral = (turn.spec.ephemeralContainers ?? []).map((container) =>
    containerStatus(turn, container, 'ephemeral'),
  );
  return { init, regular, ephemeral, all: [...init, ...regular] };
}

/** In a pod that has ended, a regular container that never came to its own end is shown as ended. */
export function withAllEnded(turn: Turn, statuses: readonly ContainerStatus[]): ContainerStatus[] {
  const initialised = hasRegularRun(turn);
  return statuses.map((status) =>
    !initialised || status.state?.terminated !== undefined || status.state?.running !== undefined
      ? status
      : {
          ...status,
          ready: false,
          started: false,
          state: lostState('The container could not be located when the pod was terminated'),
        },
  );
}

/** A regular container has come to be, as far as the runtime or what was shown before can tell: initialisation is over. */
export function hasRegularRun(turn: Turn): boolean {
  return turn.spec.containers.some(
    ({ name }) => turn.latest(name) !== undefined || turn.state.shown[name]?.containerID !== undefined,
  );
}
