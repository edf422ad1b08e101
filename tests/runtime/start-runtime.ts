import { startContainerd } from './containerd/start-containerd.ts';
import { startCrio } from './crio/start-crio.ts';
import type { RuntimePrograms } from './find-runtime.ts';
import { removeLeftRuns } from './left-runs/remove-left-runs.ts';
import type { RunningRuntime } from './running-runtime.ts';

/** Starts the runtime with the images of the tests, after removing what runs that were killed have left. @throws with the end of its log when it does not come up. */
export async function startRuntime(programs: RuntimePrograms): Promise<RunningRuntime> {
  await removeLeftRuns();
  return programs.name === 'cri-o' ? startCrio(programs) : startContainerd(programs);
}
