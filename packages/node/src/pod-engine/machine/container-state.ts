import type { Container, ContainerState } from '../../provider/wire.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import { decisionAfterRun } from './after-run.ts';
import { endShownUntil } from './crash-loop.ts';
import { failureShownUntil } from './failure.ts';
import { goDuration } from './go-duration.ts';
import { startLane } from './lanes.ts';
import { nextRunOf } from './plan-start.ts';
import { podInWords } from './pod-words.ts';
import { isSidecar } from './restart-decision.ts';
import { endOf } from './run-times.ts';
import { isInPostStart } from './started.ts';
import type { Turn } from './turn.ts';
import { foundImage, wantedImages } from './wanted-images.ts';
import { wireTime } from './wire-time.ts';

type Waiting = NonNullable<ContainerState['waiting']>;

/** The end of a run, as the API shows it. */
export function terminatedState(run: RuntimeContainer, runtimeName: string): ContainerState {
  const exitCode = run.exitCode ?? 137;
  return {
    terminated: {
      exitCode,
      reason: run.reason ?? (exitCode === 0 ? 'Completed' : 'Error'),
      ...(run.message !== undefined && run.message !== '' && { message: run.message }),
      ...(run.startedAt !== undefined && { startedAt: wireTime(run.startedAt) }),
      ...(run.finishedAt !== undefined && { finishedAt: wireTime(run.finishedAt) }),
      containerID: `${runtimeName}://${run.id}`,
    },
  };
}

/** A container of which the runtime has nothing, though it is known to have run. */
export function lostState(message: string): ContainerState {
  return { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown', message } };
}

/** What a container waits for whose start has not begun, or is on its way. */
export function defaultWaiting(turn: Turn): Waiting {
  const hasInit = (turn.spec.initContainers ?? []).length > 0;
  return { reason: hasInit ? 'PodInitializing' : 'ContainerCreating' };
}

/** The state of a container that the runtime knows. */
export function stateOfRun(turn: Turn, container: Container, run: RuntimeContainer): ContainerState {
  switch (run.state) {
    case 'running':
      if (isInPostStart(turn, run) && turn.state.stop === undefined) return { waiting: defaultWaiting(turn) };
      return { running: { startedAt: wireTime(run.startedAt ?? run.createdAt) } };
    case 'unknown':
      return { running: { startedAt: wireTime(run.startedAt ?? run.createdAt) } };
    case 'created':
      return { waiting: troubleOf(turn, container) ?? defaultWaiting(turn) };
    case 'exited': {
      const waiting = restarts(turn, container, run) ? restartWait(turn, container, run) : undefined;
      return waiting === undefined ? terminatedState(run, turn.settings.runtimeName) : { waiting };
    }
  }
}

function restarts(turn: Turn, container: Container, run: RuntimeContainer): boolean {
  if (turn.state.stop !== undefined || turn.state.end !== undefined) return false;
  if (turn.spec.ephemeralContainers?.some(({ name }) => name === container.name) ?? false) return false;
  const replaced = turn.progress(container.name).replace === run.id;
  if (run.exitCode === 0 && isInitContainer(turn, container) && !replaced) return false;
  return decisionAfterRun(turn, container, run) !== 'end';
}

/** One that is to succeed once, whatever the restart policy says. */
function isInitContainer(turn: Turn, container: Container): boolean {
  return !isSidecar(container) && (turn.spec.initContainers?.some(({ name }) => name === container.name) ?? false);
}

/** First the end itself is shown, then the wait, or what keeps the next run from starting. */
function restartWait(turn: Turn, container: Container, run: RuntimeContainer): Waiting | undefined {
  const { name } = container;
  const next = nextRunOf(turn, name, run);
  const endedAt = endOf(turn, run);
  if (next !== undefined && turn.now < next.at) {
    if (turn.now < endShownUntil(endedAt, next.at)) return undefined;
    const delay = goDuration(next.at - endedAt);
    const message = `back-off ${delay} restarting failed container=${name} pod=${podInWords(turn.pod)}`;
    return { reason: 'CrashLoopBackOff', message };
  }
  return troubleOf(turn, container);
}

/** Why a container that should start does not: undefined while all is well. */
export function troubleOf(turn: Turn, container: Container): Waiting | undefined {
  const { name } = container;
  const failure = turn.state.failures[startLane(name)];
  if (failure !== undefined) return { reason: failure.reason, message: failure.message };
  const missing = wantedImages(turn, container).find(
    (wanted) => foundImage(turn, name, wanted)?.imageRef === undefined,
  );
  const problem = missing === undefined ? undefined : turn.state.images[missing.image];
  if (missing === undefined || problem === undefined) return undefined;
  if (turn.now < failureShownUntil(problem)) return { reason: problem.reason, message: problem.message };
  return {
    reason: 'ImagePullBackOff',
    message: `Back-off pulling image "${missing.image}": ${problem.reason}: ${problem.message}`,
  };
}
