import type { Container } from '../../provider/wire.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import { endShownUntil, firstRestart, nextRun, type NextRun } from './crash-loop.ts';
import { startLane } from './lanes.ts';
import { endOutdatedSearch, planImage } from './plan-image.ts';
import { removeCreated } from './plan-older-runs.ts';
import { podInWords } from './pod-words.ts';
import { endOf } from './run-times.ts';
import { containerSpecHash } from './spec-hash.ts';
import type { Turn } from './turn.ts';
import { foundImage, wantedImages } from './wanted-images.ts';

/** `progressing`: it is on its way, and what comes after it in order waits. `waiting`: for time, or for its stop. */
export type StartProgress = 'progressing' | 'waiting';

export interface StartOptions {
  /** False while something that comes before it is on its way: its image may be brought, no more. */
  readonly mayCreate: boolean;
  readonly targetContainerId?: string;
}

/** Takes the next step of starting a container that should run and does not. */
export function planStart(turn: Turn, container: Container, options: StartOptions): StartProgress {
  const { name } = container;
  const lane = startLane(name);
  const { sandbox } = turn;
  endOutdatedSearch(turn, container);
  if (turn.isBusy(lane) || sandbox === undefined) return 'progressing';
  if (isBeingStopped(turn, name) || !turn.mayStart) return 'waiting';
  const [latest, ...older] = turn.runs(name);
  // Those before it that may live, or come to life, have to be gone first.
  if (older.some(({ state }) => state !== 'exited')) return 'progressing';
  if (latest?.state === 'created' && latest.sandboxId === sandbox.id && isOfSpec(latest, container)) {
    if (turn.isHeldUp(lane)) return 'waiting';
    if (options.mayCreate) turn.begin(lane, { kind: 'start-container', container: name, containerId: latest.id });
    return 'progressing';
  }
  const run = nextRunOf(turn, name, latest);
  if (isCrashLooping(turn, name, latest, run)) return 'waiting';
  if (turn.isHeldUp(lane)) return 'waiting';
  const images = wantedImages(turn, container).map((wanted) => ({ ...wanted, ...foundImage(turn, name, wanted) }));
  const missing = images.find(({ imageRef }) => imageRef === undefined);
  if (missing !== undefined) return planImage(turn, name, missing);
  const own = images.find(({ volume }) => volume === undefined);
  const mounted = images.flatMap(({ volume, imageRef = '' }) => (volume === undefined ? [] : [[volume, imageRef]]));
  if (latest?.state === 'created') {
    removeCreated(turn, name, latest.id);
  } else if (options.mayCreate) {
    turn.begin(lane, {
      kind: 'create-container',
      container: name,
      attempt: nextAttempt(turn, name, latest),
      sandboxId: sandbox.id,
      image: own?.image ?? '',
      imageRef: own?.imageRef ?? '',
      ...(mounted.length > 0 && { volumeImageRefs: Object.fromEntries(mounted) }),
      restartDelayMilliseconds: run?.restartDelayMilliseconds ?? 0,
      ...(options.targetContainerId !== undefined && { targetContainerId: options.targetContainerId }),
    });
  }
  return 'progressing';
}

function isBeingStopped(turn: Turn, name: string): boolean {
  return Object.values(turn.state.kills).some((kill) => kill.container === name);
}

function isOfSpec({ specHash }: RuntimeContainer, container: Container): boolean {
  return specHash === containerSpecHash(container);
}

/** When the run after an ended one is due; undefined when there was none. */
export function nextRunOf(turn: Turn, name: string, latest: RuntimeContainer | undefined): NextRun | undefined {
  if (latest?.state !== 'exited') return undefined;
  const endedAt = endOf(turn, latest);
  const container = turn.container(name);
  // Another image is another container: what was before it says nothing of it.
  if (container !== undefined && !isOfSpec(latest, container)) return firstRestart(endedAt);
  const run = nextRun(latest, endedAt);
  return turn.progress(name).replace === latest.id ? { ...run, at: endedAt } : run;
}

function isCrashLooping(
  turn: Turn,
  name: string,
  latest: RuntimeContainer | undefined,
  run: NextRun | undefined,
): boolean {
  if (latest === undefined || run === undefined || turn.now >= run.at) return false;
  const shownUntil = endShownUntil(endOf(turn, latest), run.at);
  turn.wakeAt(turn.now < shownUntil ? shownUntil : run.at);
  if (turn.progress(name).toldBackOff !== latest.id) {
    turn.setProgress(name, { toldBackOff: latest.id });
    const message = `Back-off restarting failed container ${name} in pod ${podInWords(turn.pod)}`;
    turn.tell('Warning', 'BackOff', message, name);
  }
  return true;
}

/** One more than any run that is known, also of one that the runtime has forgotten: a restart count never goes down. */
function nextAttempt(turn: Turn, name: string, latest: RuntimeContainer | undefined): number {
  const shown = turn.state.shown[name];
  const remembered = shown?.containerID === undefined ? -1 : shown.restartCount;
  return Math.max(latest?.attempt ?? -1, remembered) + 1;
}
