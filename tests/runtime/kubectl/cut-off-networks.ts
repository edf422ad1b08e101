import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What a runtime says of a sandbox whose network was being set up when the runtime was killed: its result is an empty file. */
export const cutOffNetwork = 'unexpected end of JSON input';

/** Where the CNI library keeps what plugins answered, a file for each sandbox. It writes them in place. */
const results = '/var/lib/cni/results';

/**
 * Removes the empty results of these sandboxes, as an administrator has to: the runtime stops no such sandbox, for nobody, as long as
 * they are there.
 */
export async function forgetCutOffNetworks(sandboxes: readonly string[]): Promise<void> {
  for (const name of await readdir(results)) {
    if (!sandboxes.some((id) => name.includes(id))) continue;
    const path = join(results, name);
    if ((await stat(path)).size === 0) await rm(path);
  }
}
