import { podRefOfStamp, type OwnershipStamp } from '@vk/node/provider';
import { nodeName, type World } from '../rig/world.ts';

/** Something that happens at a time, whoever is alive then. */
interface Happening {
  readonly at: number;
  readonly happen: (world: World) => Promise<void> | void;
}

/** The UID of the pod that has this name now. */
function uidOf(world: World, name: string): string {
  return world.user.pod(name)?.metadata?.uid ?? '';
}

/**
 * The lives that a pod can have, close together: run, changed, deleted with its grace; removed by force; deleted and made
 * again under one name; finished by itself; lost. Times in milliseconds from the start of the first process.
 */
const happenings: readonly Happening[] = [
  { at: 300, happen: async ({ user }) => void (await user.createPod('web')) },
  { at: 300, happen: async ({ user }) => void (await user.createPod('again', { graceSeconds: 1 })) },
  { at: 350, happen: async ({ user }) => void (await user.createPod('job', { restartPolicy: 'Never' })) },
  { at: 400, happen: async ({ user }) => void (await user.createPod('forced')) },
  { at: 450, happen: async ({ user }) => void (await user.createPod('lost')) },
  { at: 1_200, happen: ({ user }) => user.setCondition('web', 'example.com/checked') },
  { at: 1_300, happen: ({ user }) => user.setLabel('web', 'example.com/owner', 'somebody') },
  { at: 1_400, happen: ({ user }) => user.setImage('web', 'app:2') },
  { at: 1_500, happen: (world) => world.backend.finish(uidOf(world, 'job'), 3) },
  { at: 1_600, happen: ({ user }) => user.deletePod('forced', 0) },
  { at: 1_700, happen: ({ user }) => user.deletePod('again') },
  { at: 1_800, happen: (world) => world.backend.take(uidOf(world, 'lost'), 'lost') },
  { at: 1_900, happen: (world) => world.backend.restart(uidOf(world, 'web')) },
  { at: 2_000, happen: ({ user }) => user.deletePod('again', 0) },
  { at: 2_050, happen: async ({ user }) => void (await user.createPod('again')) },
  { at: 2_500, happen: ({ user }) => user.deletePod('web') },
  { at: 4_000, happen: ({ user }) => user.deletePod('job') },
];

/** How long the scenario is, with time for what happens last. */
export const scenarioMilliseconds = 9_000;

/** Objects that are in the backend before anything else: one of ours that the API does not know, one of another cluster. */
export function putEarlierObjects(world: World): { readonly dangling: string; readonly foreign: string } {
  const stamp = (uid: string, clusterId: string): OwnershipStamp => ({
    clusterId,
    nodeName,
    namespace: 'default',
    name: 'earlier',
    uid,
  });
  const spec = { hash: 'earlier', image: 'app:0' };
  const dangling = stamp('dangling', world.clusterId);
  const foreign = stamp('foreign', 'another-cluster');
  for (const one of [dangling, foreign]) world.backend.create(one, spec, 'earlier');
  return { dangling: podRefOfStamp(dangling).uid, foreign: podRefOfStamp(foreign).uid };
}

/** Lets everything happen at its time, and `restart` be called ten times a second. */
export async function playScenario(world: World, restart: () => void): Promise<void> {
  const begin = world.clock.monotonic();
  const passed = (): number => world.clock.monotonic() - begin;
  const runTo = async (at: number): Promise<void> => {
    while (passed() < at) {
      await world.run(Math.min(100, at - passed()));
      restart();
    }
  };
  for (const { at, happen } of happenings) {
    await runTo(at);
    await happen(world);
  }
  await runTo(scenarioMilliseconds);
}
