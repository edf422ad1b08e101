import type { Container, ContainerState, ContainerStatus } from '../../provider/wire.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import { defaultWaiting, lostState, stateOfRun, terminatedState, troubleOf } from './container-state.ts';
import { isLostForGood } from './lost-run.ts';
import { actualResources } from './plan-resize.ts';
import { sameResources } from './resources.ts';
import { isSidecar } from './restart-decision.ts';
import { isStarted } from './started.ts';
import type { Turn } from './turn.ts';

export type ContainerKind = 'init' | 'regular' | 'ephemeral';

/** The status of one container: what the runtime shows, and where it shows nothing, what was shown before. */
export function containerStatus(turn: Turn, container: Container, kind: ContainerKind): ContainerStatus {
  const [run, ...older] = turn.runs(container.name);
  return run === undefined
    ? statusWithoutRun(turn, container)
    : statusOfRun(
        turn,
        container,
        kind,
        run,
        older.find((other) => other.state === 'exited'),
      );
}

function statusOfRun(
  turn: Turn,
  container: Container,
  kind: ContainerKind,
  run: RuntimeContainer,
  previous: RuntimeContainer | undefined,
): ContainerStatus {
  const { runtimeName } = turn.settings;
  const shown = turn.state.shown[container.name];
  const containerID = `${runtimeName}://${run.id}`;
  const state = stateOfRun(turn, container, run);
  // While it waits for its next run, the end of the last one is the last state.
  const ended = run.state === 'exited' && state.waiting !== undefined ? run : previous;
  const lastState = ended === undefined ? rememberedEnd(shown, containerID) : terminatedState(ended, runtimeName);
  const { ready, started } = readiness(turn, container, kind, run, state);
  const stopSignal = run.stopSignal ?? container.lifecycle?.stopSignal;
  return {
    name: container.name,
    image: run.image,
    imageID: run.imageRef,
    containerID,
    restartCount: Math.max(runsBefore(run), shown?.restartCount ?? 0),
    state,
    ...(lastState !== undefined && { lastState }),
    ready,
    started,
    ...resourceFields(turn, container, run),
    ...volumeMounts(container),
    ...(run.user !== undefined && { user: run.user }),
    ...(stopSignal !== undefined && { stopSignal }),
  };
}

/** A restart counts once it has begun: of a run that is only made the last state still is the end of the one before. */
function runsBefore({ attempt, state }: RuntimeContainer): number {
  return state === 'created' ? attempt - 1 : attempt;
}

/** The runtime keeps two runs at most; an end that is not among them was shown before. */
function rememberedEnd(shown: ContainerStatus | undefined, containerID: string): ContainerState | undefined {
  if (shown?.containerID !== containerID && shown?.state?.terminated !== undefined) return shown.state;
  return shown?.lastState?.terminated === undefined ? undefined : shown.lastState;
}

function readiness(
  turn: Turn,
  container: Container,
  kind: ContainerKind,
  run: RuntimeContainer,
  state: ContainerState,
): { readonly ready: boolean; readonly started: boolean } {
  if (kind === 'ephemeral') return { ready: false, started: state.running !== undefined };
  if (kind === 'init' && !isSidecar(container)) {
    return { ready: state.terminated?.exitCode === 0, started: state.running !== undefined };
  }
  const started = isStarted(turn, container, run);
  if (!started || container.readinessProbe === undefined) return { ready: started, started };
  const probe = turn.progress(container.name).probes.readiness;
  return { ready: probe?.containerId === run.id && probe.result === 'success', started };
}

/** The mounts as they are: one that has to be read-only all the way down is, or the pod would have been refused. */
function volumeMounts({ volumeMounts: mounts = [] }: Container): Pick<ContainerStatus, 'volumeMounts'> {
  if (mounts.length === 0) return {};
  return {
    volumeMounts: mounts.map(({ name, mountPath, readOnly, recursiveReadOnly }) => ({
      name,
      mountPath,
      ...(readOnly === true && {
        readOnly,
        recursiveReadOnly: recursiveReadOnly === 'Enabled' ? 'Enabled' : 'Disabled',
      }),
    })),
  };
}

/** What a running container has been given (KEP-1287); for any other what it would be given. */
function resourceFields(
  turn: Turn,
  container: Container,
  run: RuntimeContainer,
): Pick<ContainerStatus, 'resources' | 'allocatedResources'> {
  const { resources } = container;
  if (resources?.requests === undefined && resources?.limits === undefined) return {};
  const shown = turn.state.shown[container.name]?.resources;
  const actual = actualResources(turn, run);
  const applied = run.state !== 'running' || (actual !== undefined && sameResources(actual, resources));
  return {
    resources: applied ? resources : (actual ?? shown ?? resources),
    ...(resources.requests !== undefined && { allocatedResources: resources.requests }),
  };
}

function statusWithoutRun(turn: Turn, container: Container): ContainerStatus {
  const shown = turn.state.shown[container.name];
  const base = {
    name: container.name,
    image: shown?.image ?? container.image ?? '',
    imageID: shown?.imageID ?? '',
    ...(shown?.containerID !== undefined && { containerID: shown.containerID }),
    restartCount: shown?.restartCount ?? 0,
    ready: shown?.ready === true && shown.state?.terminated !== undefined,
    started: false,
    ...volumeMounts(container),
  };
  const isLost = isLostForGood(turn, container);
  const waiting = isLost ? undefined : waitWithoutRun(turn, container);
  const lastState = shown?.lastState?.terminated === undefined ? {} : { lastState: shown.lastState };
  if (shown?.state?.terminated !== undefined) {
    return waiting === undefined
      ? { ...base, state: shown.state, ...lastState }
      : { ...base, ready: false, state: { waiting }, lastState: shown.state };
  }
  const wait = waiting ?? defaultWaiting(turn);
  if (shown?.state?.running === undefined) return { ...base, state: { waiting: wait }, ...lastState };
  const lost = lostState('The container is no longer in the runtime. It was running when it was last seen.');
  return turn.state.stop !== undefined || turn.state.end !== undefined || isLost
    ? { ...base, state: lost, ...lastState }
    : { ...base, state: { waiting: wait }, lastState: lost };
}

function waitWithoutRun(turn: Turn, container: Container): ContainerState['waiting'] {
  if (turn.state.end !== undefined) return undefined;
  return turn.state.restartingAll === true ? restartingAll : troubleOf(turn, container);
}

const restartingAll = {
  reason: 'RestartingAllContainers',
  message: 'The container is removed because all containers of the pod are restarted',
};
