import * as nodeFiles from 'node:fs/promises';
import { chmod, mkdir, readlink, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HostFiles } from './host-files.ts';
import { pathOfHandle } from './open-directory.ts';
import { openSubPath } from './sub-path.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';
import { tree } from './testing/tree.ts';

async function opened(volume: string, subPath: string, files: HostFiles = nodeFiles): Promise<string> {
  const handle = await openSubPath(files, volume, subPath);
  try {
    return await readlink(pathOfHandle(handle));
  } finally {
    await handle.close();
  }
}

describe('a path within a volume', () => {
  it('may be a directory or a file that is there', async () => {
    const volume = await temporaryDirectory();
    await mkdir(join(volume, 'a/b'), { recursive: true });
    await writeFile(join(volume, 'a/file'), 'x');
    expect(await opened(volume, 'a/b')).toBe(join(volume, 'a/b'));
    expect(await opened(volume, 'a/file')).toBe(join(volume, 'a/file'));
    expect(await opened(volume, '.')).toBe(volume);
  });

  it('is made of directories where there is nothing, with the bits of the volume', async () => {
    const volume = await temporaryDirectory();
    await mkdir(join(volume, 'a'), { mode: 0o700 });
    await chmod(volume, 0o2775);
    expect(await opened(volume, 'a/b/c')).toBe(join(volume, 'a/b/c'));
    const bits = await Promise.all(['a', 'a/b', 'a/b/c'].map(async (path) => (await stat(join(volume, path))).mode));
    expect(bits.map((mode) => (mode & 0o7777).toString(8))).toEqual(['700', '2775', '2775']);
  });

  it('may lead over links that stay within the volume, as the files of a ConfigMap are', async () => {
    const volume = await temporaryDirectory();
    await mkdir(join(volume, '..1'));
    await writeFile(join(volume, '..1/key'), 'x');
    await symlink('..1', join(volume, '..data'));
    await symlink('..data/key', join(volume, 'key'));
    expect(await opened(volume, 'key')).toBe(join(volume, '..1/key'));
  });

  it('CVE-2017-1002101: is refused when a link leads it out, whether what is there exists or would have to be made', async () => {
    const volume = await temporaryDirectory();
    const outside = await temporaryDirectory();
    await mkdir(join(outside, 'etc'));
    await symlink(outside, join(volume, 'link'));
    await symlink('/', join(volume, 'root'));
    let handles = 0;
    const files: HostFiles = {
      ...nodeFiles,
      open: async (...args) => {
        handles += 1;
        return nodeFiles.open(...args);
      },
    };
    await expect(opened(volume, 'link/etc', files)).rejects.toThrow('is not within');
    await expect(opened(volume, 'link/new/dir', files)).rejects.toThrow('is not within');
    await expect(opened(volume, 'root', files)).rejects.toThrow('is not within');
    expect(handles).toBe(0);
    expect(await tree(outside)).toEqual({ etc: 'dir' });
  });

  it('is refused when a link to nothing stands in the way: nothing is made where it points', async () => {
    const volume = await temporaryDirectory();
    const outside = await temporaryDirectory();
    await symlink(join(outside, 'made'), join(volume, 'dangling'));
    await expect(opened(volume, 'dangling/deep')).rejects.toThrow(/ELOOP|ENOTDIR/);
    await expect(opened(volume, 'dangling')).rejects.toThrow(/ELOOP|ENOTDIR/);
    expect(await tree(outside)).toEqual({});
  });

  it.each(['a', 'a/b'])(
    'CVE-2021-25741: does not lead out when %s becomes a link after it was checked',
    async (swapped) => {
      const volume = await temporaryDirectory();
      const outside = await temporaryDirectory();
      await mkdir(join(outside, 'b/c'), { recursive: true });
      await mkdir(join(outside, 'c'), { recursive: true });
      await mkdir(join(volume, 'a/b/c'), { recursive: true });
      const files: HostFiles = {
        ...nodeFiles,
        open: async (path, ...rest) => {
          // The first thing that is opened is the volume itself; the path was resolved before.
          if (path === volume) {
            await rename(join(volume, swapped), join(volume, 'moved'));
            await symlink(outside, join(volume, swapped));
          }
          return nodeFiles.open(path, ...rest);
        },
      };
      await expect(opened(volume, 'a/b/c', files)).rejects.toThrow(/ELOOP|ENOTDIR/);
    },
  );

  it('does not lead out when its last part becomes a link after it was checked', async () => {
    const volume = await temporaryDirectory();
    const outside = await temporaryDirectory();
    await writeFile(join(volume, 'file'), 'x');
    const files: HostFiles = {
      ...nodeFiles,
      open: async (path, ...rest) => {
        if (path === volume) {
          await rename(join(volume, 'file'), join(volume, 'moved'));
          await symlink(outside, join(volume, 'file'));
        }
        return nodeFiles.open(path, ...rest);
      },
    };
    await expect(opened(volume, 'file', files)).rejects.toThrow('has become a symbolic link');
  });

  it('makes nothing outside when a directory becomes a link while those below it are made', async () => {
    const volume = await temporaryDirectory();
    const outside = await temporaryDirectory();
    await mkdir(join(volume, 'a'));
    let made = 0;
    const files: HostFiles = {
      ...nodeFiles,
      mkdir: async (path, options) => {
        const first = await nodeFiles.mkdir(path, options);
        if (made++ === 0) {
          await rename(join(volume, 'a/b'), join(volume, 'moved'));
          await symlink(outside, join(volume, 'a/b'));
        }
        return first;
      },
    };
    await expect(opened(volume, 'a/b/c', files)).rejects.toThrow(/ELOOP|ENOTDIR/);
    expect(await tree(outside)).toEqual({});
  });
});
