import { startContainerd } from './containerd/start-containerd.ts';
import { startCrio } from './crio/start-crio.ts';
import type { RuntimePrograms } from './find-runtime.ts';
import type { RunningRuntime } from './running-runtime.ts';

/** Starts the runtime with the images of the tests. @throws with the end of its log when it does not come up. */
export function startRuntime(programs: RuntimePrograms): Promise<RunningRuntime> {
  return programs.name === 'cri-o' ? startCrio(programs) : startContainerd(programs);
}
