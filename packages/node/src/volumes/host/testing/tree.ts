import { lstat, readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** What lies in a directory, by relative path: `dir`, the text of a file, or `-> target` of a link. */
export async function tree(directory: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of (await readdir(directory)).sort()) {
    const path = join(directory, name);
    const status = await lstat(path);
    if (status.isSymbolicLink()) {
      found[name] = `-> ${await readlink(path)}`;
    } else if (status.isDirectory()) {
      found[name] = 'dir';
      for (const [below, what] of Object.entries(await tree(path))) found[`${name}/${below}`] = what;
    } else {
      found[name] = status.isFile() ? await readFile(path, 'utf8') : 'special';
    }
  }
  return found;
}

/** The files of a volume as a container sees them: by the names outside of `..data`. */
export async function visibleFiles(directory: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  async function walk(below: string): Promise<void> {
    for (const entry of await readdir(join(directory, below), { withFileTypes: true })) {
      const path = join(below, entry.name);
      if (entry.name.startsWith('..')) continue;
      if (entry.isFile() || (entry.isSymbolicLink() && !(await isDirectory(join(directory, path))))) {
        found[path] = await readFile(join(directory, path), 'utf8');
      } else {
        await walk(path);
      }
    }
  }
  await walk('');
  return found;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    await readdir(path);
    return true;
  } catch {
    return false;
  }
}
