import { PodWorld, type PodWorldOptions } from './pod-world.ts';

const worlds = new Set<PodWorld>();

/** Starts a world that `stopPodWorlds` ends. `prepare` is called before anything runs in it. */
export async function startPodWorld(
  options: PodWorldOptions = {},
  prepare?: (world: PodWorld) => void,
): Promise<PodWorld> {
  const world = new PodWorld(options);
  worlds.add(world);
  prepare?.(world);
  await world.start();
  return world;
}

/** Ends the world now, as a process ends. */
export async function stopPodWorld(world: PodWorld): Promise<void> {
  worlds.delete(world);
  await world.stop();
}

/** Ends every world that is left. */
export async function stopPodWorlds(): Promise<void> {
  for (const world of worlds) await stopPodWorld(world);
}

/** Never answers, and ends when its signal is aborted. */
export function hangs(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
