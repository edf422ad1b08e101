import * as nodeFiles from 'node:fs/promises';
import { mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HostFiles } from './host-files.ts';
import { removeTree } from './remove-tree.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';
import { tree } from './testing/tree.ts';

describe('removing a directory', () => {
  it('takes all that is in it, also names that are no text, and what is not there is no fault', async () => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, 'a/b/c'), { recursive: true });
    await writeFile(join(directory, 'a/b/file'), 'x');
    await writeFile(Buffer.concat([Buffer.from(`${directory}/a/`), Buffer.from([0xff, 0xfe])]), 'x');
    await removeTree(nodeFiles, join(directory, 'a'));
    await removeTree(nodeFiles, join(directory, 'a'));
    expect(await readdir(directory)).toEqual([]);
  });

  it('removes links, not what they lead to', async () => {
    const directory = await temporaryDirectory();
    const outside = await temporaryDirectory();
    await writeFile(join(outside, 'kept'), 'kept');
    await mkdir(join(directory, 'a'));
    await symlink(outside, join(directory, 'a/link'));
    await removeTree(nodeFiles, join(directory, 'a'));
    await symlink(outside, join(directory, 'b'));
    await removeTree(nodeFiles, join(directory, 'b'));
    expect(await tree(outside)).toEqual({ kept: 'kept' });
    expect(await readdir(directory)).toEqual([]);
  });

  it('is not led elsewhere by a link that takes the place of a directory meanwhile', async () => {
    const directory = await temporaryDirectory();
    const outside = await temporaryDirectory();
    await mkdir(join(outside, 'sub'));
    await writeFile(join(outside, 'sub/kept'), 'kept');
    await mkdir(join(directory, 'a/sub'), { recursive: true });
    await writeFile(join(directory, 'a/sub/file'), 'x');
    // Between the look at the entries and the way into them, somebody swaps the directory for a link.
    const files: HostFiles = {
      ...nodeFiles,
      open: async (path, ...rest) => {
        if (String(path).endsWith('/sub')) {
          await rename(join(directory, 'a/sub'), join(directory, 'moved'));
          await symlink(join(outside, 'sub'), join(directory, 'a/sub'));
        }
        return nodeFiles.open(path, ...rest);
      },
    };
    await removeTree(files, join(directory, 'a'));
    expect(await tree(outside)).toEqual({ sub: 'dir', 'sub/kept': 'kept' });
    expect(await tree(directory)).toEqual({ moved: 'dir', 'moved/file': 'x' });
  });

  it.each([
    ['of another file system', '/proc'],
    ['of a directory of the same one', undefined],
  ])('stops at a mount %s: what it shows is not removed', async (_what, elsewhere) => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, 'a/mounted'), { recursive: true });
    await writeFile(join(directory, 'a/mounted/kept'), 'kept');
    const files = mountedFiles('/mounted', elsewhere);
    await expect(removeTree(files, join(directory, 'a'))).rejects.toThrow('something is mounted at /');
    await expect(removeTree(files, join(directory, 'a/mounted'))).rejects.toThrow('something is mounted at /');
    expect(await tree(directory)).toMatchObject({ 'a/mounted/kept': 'kept' });
  });
});

/** As if something were mounted at the directory of this name: the file system of the processes, or what lies there itself. */
function mountedFiles(name: string, elsewhere: string | undefined): HostFiles {
  const mounted = new Map<string, boolean>();
  return {
    ...nodeFiles,
    open: async (path, ...rest) => {
      const isMounted = String(path).endsWith(name);
      const handle = await nodeFiles.open(isMounted ? (elsewhere ?? path) : path, ...rest);
      mounted.set(`/proc/self/fdinfo/${handle.fd}`, isMounted);
      return handle;
    },
    readFile: (async (path: string, encoding: 'utf8') =>
      mounted.get(path) === true
        ? 'pos:\t0\nmnt_id:\t999999999\n'
        : await nodeFiles.readFile(path, encoding)) as HostFiles['readFile'],
  };
}
