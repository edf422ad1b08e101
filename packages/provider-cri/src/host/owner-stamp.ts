import { join } from 'node:path';
import type { OwnershipStamp } from '@vk/node/provider';
import { readFileIfThere } from './read-file-if-there.ts';
import { writeWholeFile } from './write-whole-file.ts';

const stampFile = 'owner.json';

/** A directory of a pod says nothing of whose it is: the stamp is missing or damaged. */
export class UnreadableStampError extends Error {
  override readonly name = 'UnreadableStampError';
  readonly code = 'UnreadableStamp';
}

/**
 * Says in a directory of a pod whose it is. The stamp is there as a whole or not at all, whenever the process is killed; one that says the
 * same is left alone: then the answer is false. Every start of a pod would wait for the disk if it were to be there after a failure of the
 * host, too: no sandbox runs then, and a pod without a stamp is made ready anew, or removed as one that nobody remembers.
 *
 * @param isThere is false for a directory that was made just now: it has no stamp yet.
 */
export async function writeStamp(
  directory: string,
  stamp: OwnershipStamp,
  { isThere }: { readonly isThere: boolean },
): Promise<boolean> {
  const path = join(directory, stampFile);
  const text = JSON.stringify(stamp);
  if (isThere && (await readFileIfThere(path)) === text) return false;
  await writeWholeFile(path, text, { flush: false });
  return true;
}

/**
 * Whose the directory of the pod of this UID is.
 *
 * @throws UnreadableStampError when it does not say so.
 */
export async function readStamp(directory: string, uid: string): Promise<OwnershipStamp> {
  const text = await readFileIfThere(join(directory, stampFile));
  if (text === undefined) throw new UnreadableStampError('there is no stamp');
  const { clusterId, nodeName, namespace, name } = parsed(text);
  if (!isName(clusterId) || !isName(nodeName) || !isName(namespace) || !isName(name)) {
    throw new UnreadableStampError('the stamp is not whole');
  }
  return { clusterId, nodeName, namespace, name, uid };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new UnreadableStampError('the stamp is not JSON', { cause: error });
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
