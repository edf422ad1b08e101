import { basename, dirname, join } from 'node:path';
import { ifPresent, type HostFiles } from './host-files.ts';
import { removeTree } from './remove-tree.ts';
import { giveToGroup } from './volume-ownership.ts';

/** One file of a volume, final. */
export interface HostFile {
  /** Relative to the volume, without `..`. */
  readonly path: string;
  readonly mode: number;
  readonly content: Uint8Array;
  /** The user that owns it. Absent: the user of this process. */
  readonly owner?: number;
}

export interface AtomicWrite {
  readonly files: HostFiles;
  /** The volume's directory, of which this process is the only writer. */
  readonly directory: string;
  readonly payload: readonly HostFile[];
  /** The group that all of it is given to (`fsGroup`). */
  readonly group: number | undefined;
  /** Milliseconds since the epoch, for the name of the new version. */
  readonly now: number;
}

const dataLink = '..data';
const nextDataLink = '..data_tmp';

/**
 * Makes the files of a volume these and no others, all at once: whoever reads through `..data` sees all of the old version
 * or all of the new one. Files that the volume shows are links through `..data` to a directory named by time.
 *
 * Cut off at any point, the next call mends what was left: nothing of a version that is not shown any more stays.
 *
 * Source of the layout: Kubernetes' atomic writer, on which programs that watch for changes of `..data` rely.
 */
export async function writeAtomically(write: AtomicWrite): Promise<void> {
  const { files, directory } = write;
  const shown = await ifPresent(files.readlink(join(directory, dataLink)));
  const isCurrent = shown !== undefined && (await holds(files, join(directory, shown), write.payload));
  const version = isCurrent ? shown : await showNewVersion(write);
  const entries = await files.readdir(directory, { withFileTypes: true });
  const visible = new Set(write.payload.map(({ path }) => topOf(path)));
  const there = new Set(entries.map(({ name }) => name));
  for (const name of visible) {
    if (!there.has(name)) await files.symlink(join(dataLink, name), join(directory, name));
  }
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.name.startsWith('..')) {
      if (entry.name !== dataLink && entry.name !== version) await removeTree(files, path);
    } else if (entry.isSymbolicLink() && !visible.has(entry.name)) {
      await files.unlink(path);
    }
  }
}

/**
 * Writes the payload beside what is shown, then shows it. Gives the name of its directory. Nobody but this process can look
 * into it before every file in it has its owner and its mode.
 */
async function showNewVersion({ files, directory, payload, group, now }: AtomicWrite): Promise<string> {
  // As mkdtemp(3) makes it, for its owner alone.
  const version = await files.mkdtemp(join(directory, `..${timestamp(now)}.`));
  const parents = new Set<string>();
  for (const { path, mode, content, owner } of payload) {
    const target = join(version, path);
    await files.mkdir(dirname(target), { recursive: true });
    await files.writeFile(target, content, { mode: 0o600 });
    if (owner !== undefined) await files.lchown(target, owner, -1);
    await files.chmod(target, mode);
    if (group !== undefined) await giveToGroup(files, target, group, { readOnly: true });
    for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) parents.add(parent);
  }
  for (const parent of parents) {
    await files.chmod(join(version, parent), 0o755);
    if (group !== undefined) await giveToGroup(files, join(version, parent), group, { readOnly: true });
  }
  await files.chmod(version, 0o755);
  if (group !== undefined) {
    await giveToGroup(files, version, group, { readOnly: true });
    await giveToGroup(files, directory, group, { readOnly: true });
  }
  const next = join(directory, nextDataLink);
  await removeTree(files, next);
  await files.symlink(basename(version), next);
  await files.rename(next, join(directory, dataLink));
  return basename(version);
}

/** True when the version has exactly these files with these contents. Modes never change while a pod lives. */
async function holds(files: HostFiles, version: string, payload: readonly HostFile[]): Promise<boolean> {
  const entries = await ifPresent(files.readdir(version, { withFileTypes: true, recursive: true }));
  const present = entries?.filter((entry) => entry.isFile()).length;
  if (present !== new Set(payload.map(({ path }) => path)).size) return false;
  for (const { path, content } of payload) {
    const bytes = await ifPresent(files.readFile(join(version, path)));
    if (bytes === undefined || Buffer.compare(bytes, content) !== 0) return false;
  }
  return true;
}

function topOf(path: string): string {
  return path.split('/', 1)[0] ?? path;
}

/** `2026_02_01_15_04_05`, as in the kubelet. */
function timestamp(now: number): string {
  return new Date(now).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '_');
}
