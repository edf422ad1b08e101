import { expect, onTestFinished } from 'vitest';
import { judgeAtRest } from './judge/at-rest.ts';
import { type JudgeOptions, judgeHistory } from './judge/judge-history.ts';
import { World, type WorldOptions } from './world.ts';

/** A world whose end is seen to. */
export function newWorld(options: WorldOptions = {}): World {
  const world = new World({ latencyMilliseconds: 5, ...options });
  onTestFinished(() => world.close());
  return world;
}

/** A world with a process and running pods. */
export async function livingWorld(pods: readonly string[], options: WorldOptions = {}): Promise<World> {
  const world = newWorld(options);
  world.start();
  await world.run(1_000);
  for (const name of pods) await world.user.createPod(name);
  await world.run(6_000);
  for (const name of pods) expect(world.user.pod(name)?.status?.phase, `phase of ${name}`).toBe('Running');
  return world;
}

/** In the end everything agrees again, within a time, and on the way no promise was broken. */
export async function expectPromisesKept(
  world: World,
  options: JudgeOptions & { readonly withinMilliseconds?: number } = {},
): Promise<void> {
  const atRest = await world.runUntil(() => judgeAtRest(world), options.withinMilliseconds ?? 90_000);
  expect([...judgeHistory(world, options), ...atRest.map((text) => `in the end, ${text}`)]).toEqual([]);
}

/** How often the backend was asked to do something to a pod, by its UID. */
export function callsOf(world: World, method: string, uid?: string): number {
  return world.history.entries.filter(
    (entry) => entry.kind === 'call' && entry.method === method && (uid === undefined || entry.uid === uid),
  ).length;
}

/** How many writes of a status reached the API server, of all pods. */
export function statusWrites(world: World): number {
  return world.history.entries.filter(
    (entry) => entry.kind === 'request' && entry.method === 'PATCH' && /\/pods\/[^/]+\/status$/.test(entry.path),
  ).length;
}

export function uidOf(world: World, name: string): string {
  const uid = world.user.pod(name)?.metadata?.uid;
  if (uid === undefined) throw new Error(`there is no pod ${name}`);
  return uid;
}
