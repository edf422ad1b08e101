import type { BackendRetention } from '@vk/node/provider';
import { judgeAtRest } from '../rig/judge/at-rest.ts';
import { judgeHistory } from '../rig/judge/judge-history.ts';
import { World } from '../rig/world.ts';
import { playScenario, putEarlierObjects } from './life-scenario.ts';

export interface CutRun {
  readonly seed: number;
  readonly notifying: boolean;
  readonly retention: BackendRetention;
  /** Where the first process is cut off; nowhere without. */
  readonly cutAt?: number;
}

export interface CutResult {
  /** How many places there were to cut at, when it was not cut. */
  readonly cutPoints: number;
  readonly place: string | undefined;
  readonly complaints: readonly string[];
  /** What the first process called, in order. */
  readonly calls: readonly string[];
  readonly world: World;
}

/** How long nobody looks after the node; by seed, so that things happen meanwhile, or not. */
const absences = [200, 1_500, 5_000];
/** More than a backoff of a minute, and less than a relist: nothing may need one to come right. */
const restMilliseconds = 120_000;

/** Plays the scenario with the process cut at one place, and a new one a while later on the same backend and API. */
export async function runWithCut({ seed, notifying, retention, cutAt }: CutRun): Promise<CutResult> {
  const world = new World({ seed, notifying, retention, latencyMilliseconds: 20 });
  const { foreign } = putEarlierObjects(world);
  const absence = absences[seed % absences.length] ?? 0;
  const first = world.start({ cutAt });
  let cutSince: number | undefined;
  await playScenario(world, () => {
    if (!first.process.isCut || world.processes.length > 1) return;
    const now = world.clock.monotonic();
    cutSince ??= now;
    if (now - cutSince >= absence) world.start();
  });
  const { cutPoints } = first.crossings;
  if (first.process.isCut && world.processes.length === 1) world.start();
  await world.run(2_000);
  const atRest = await world.runUntil(() => judgeAtRest(world), restMilliseconds);
  const foreignIsThere = world.backend.objects.get(foreign)?.phase === 'Running';
  const result: CutResult = {
    cutPoints,
    place: world.cutPlace,
    calls: first.crossings.labels,
    complaints: [
      ...judgeHistory(world),
      ...atRest.map((text) => `in the end, ${text}`),
      ...(foreignIsThere || retention === 'dies-with-process'
        ? []
        : ['promise 2, an object of another cluster was touched']),
    ],
    world,
  };
  world.close();
  return result;
}
