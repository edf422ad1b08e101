import * as nodeFiles from 'node:fs/promises';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeSubPaths } from './remove-sub-paths.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';
import { tree } from './testing/tree.ts';

describe('removing the places of sub paths', () => {
  it('takes empty directories and files by volume, container and mount, and what is not there is no fault', async () => {
    const directory = await temporaryDirectory();
    const places = join(directory, 'subpaths');
    await mkdir(join(places, 'scratch/app/0'), { recursive: true });
    await mkdir(join(places, 'scratch/init'), { recursive: true });
    await writeFile(join(places, 'scratch/app/1'), '');
    await removeSubPaths(nodeFiles, places);
    await removeSubPaths(nodeFiles, places);
    expect(await readdir(directory)).toEqual([]);
  });

  it('never looks into a place: what lies there may be data of the host', async () => {
    const directory = await temporaryDirectory();
    const places = join(directory, 'subpaths');
    await mkdir(join(places, 'host/app/0/data'), { recursive: true });
    await writeFile(join(places, 'host/app/0/data/kept'), 'kept');
    await expect(removeSubPaths(nodeFiles, places)).rejects.toThrow('ENOTEMPTY');
    expect(await tree(join(places, 'host/app/0'))).toEqual({ data: 'dir', 'data/kept': 'kept' });
  });

  it('removes links, not what they lead to', async () => {
    const directory = await temporaryDirectory();
    const outside = await temporaryDirectory();
    await writeFile(join(outside, 'kept'), 'kept');
    const places = join(directory, 'subpaths');
    await mkdir(join(places, 'scratch'), { recursive: true });
    await symlink(outside, join(places, 'scratch/app'));
    await removeSubPaths(nodeFiles, places);
    expect(await tree(outside)).toEqual({ kept: 'kept' });
    expect(await readdir(directory)).toEqual([]);
  });
});
