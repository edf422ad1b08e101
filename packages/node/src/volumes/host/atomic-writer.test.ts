import * as nodeFiles from 'node:fs/promises';
import { lstat, mkdir, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeAtomically, type HostFile } from './atomic-writer.ts';
import type { HostFiles } from './host-files.ts';
import { dyingFiles, ProcessDied } from './testing/dying-files.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';
import { tree, visibleFiles } from './testing/tree.ts';

const now = Date.UTC(2026, 1, 3, 4, 5, 6);

function payload(files: Readonly<Record<string, string>>): HostFile[] {
  return Object.entries(files).map(([path, text]) => ({ path, mode: 0o644, content: Buffer.from(text) }));
}

async function write(directory: string, files: Readonly<Record<string, string>>, on: HostFiles = nodeFiles) {
  await writeAtomically({ files: on, directory, payload: payload(files), group: undefined, now });
}

/** What is in the volume beside the current version and what shows it. */
async function leftovers(directory: string): Promise<string[]> {
  const version = await readlink(join(directory, '..data'));
  return Object.keys(await tree(directory)).filter(
    (path) => path.startsWith('..') && path !== '..data' && !path.startsWith(version),
  );
}

describe('the files of a volume', () => {
  it('are links through ..data to a directory named by the time', async () => {
    const directory = await temporaryDirectory();
    await write(directory, { name: 'web-0', 'user/labels': 'a', 'user/deep/er': 'b' });
    const version = await readlink(join(directory, '..data'));
    expect(version).toMatch(/^\.\.2026_02_03_04_05_06\.\w{6}$/);
    expect(await tree(directory)).toEqual({
      '..data': `-> ${version}`,
      [version]: 'dir',
      [`${version}/name`]: 'web-0',
      [`${version}/user`]: 'dir',
      [`${version}/user/labels`]: 'a',
      [`${version}/user/deep`]: 'dir',
      [`${version}/user/deep/er`]: 'b',
      name: '-> ..data/name',
      user: '-> ..data/user',
    });
  });

  it('change all at once, and nothing of the version before stays', async () => {
    const directory = await temporaryDirectory();
    await write(directory, { stays: '1', goes: '1', 'dir/goes': '1' });
    await write(directory, { stays: '2', comes: '2' });
    expect(await visibleFiles(directory)).toEqual({ stays: '2', comes: '2' });
    expect(await leftovers(directory)).toEqual([]);
  });

  it('are not written again when they are the same', async () => {
    const directory = await temporaryDirectory();
    await write(directory, { a: '1', 'b/c': '2' });
    const before = await tree(directory);
    const { files, changes } = dyingFiles(Infinity);
    await write(directory, { a: '1', 'b/c': '2' }, files);
    expect(changes).toEqual([]);
    expect(await tree(directory)).toEqual(before);
  });

  it('are a new version when only a file is gone, and can be none at all', async () => {
    const directory = await temporaryDirectory();
    await write(directory, { a: '1', b: '2' });
    await write(directory, { a: '1' });
    expect(await visibleFiles(directory)).toEqual({ a: '1' });
    await write(directory, {});
    expect(await visibleFiles(directory)).toEqual({});
    expect(await leftovers(directory)).toEqual([]);
  });

  it('have the modes that they are to have, whatever the process is used to', async () => {
    const directory = await temporaryDirectory();
    const files: HostFile[] = [
      { path: 'open', mode: 0o666, content: Buffer.from('') },
      { path: 'closed', mode: 0o400, content: Buffer.from('') },
    ];
    await writeAtomically({ files: nodeFiles, directory, payload: files, group: undefined, now });
    expect((await stat(join(directory, 'open'))).mode & 0o7777).toBe(0o666);
    expect((await stat(join(directory, 'closed'))).mode & 0o7777).toBe(0o400);
    expect((await stat(join(directory, '..data/'))).mode & 0o7777).toBe(0o755);
  });

  it('can be read by nobody before they have their modes: their directory is opened last, just before it is shown', async () => {
    const directory = await temporaryDirectory();
    const bits = async (path: string): Promise<number> => (await stat(path)).mode & 0o7777;
    const seen: string[] = [];
    const files: HostFiles = {
      ...nodeFiles,
      chmod: async (path, mode) => {
        const version = String(path).slice(0, String(path).indexOf('/..2026') + '/..2026_02_03_04_05_06.xxxxxx'.length);
        if (path !== version)
          seen.push(`${(await bits(version)).toString(8)} ${(await bits(String(path))).toString(8)}`);
        await nodeFiles.chmod(path, mode);
      },
      rename: async (from, to) => {
        seen.push((await bits(join(directory, await readlink(from)))).toString(8));
        await nodeFiles.rename(from, to);
      },
    };
    const secret: HostFile[] = [{ path: 'secret', mode: 0o444, content: Buffer.from('s') }];
    await writeAtomically({ files, directory, payload: secret, group: undefined, now });
    expect(seen).toEqual(['700 600', '755']);
    expect(await bits(join(directory, 'secret'))).toBe(0o444);
  });

  it('belong to the group of the pod, whose members may read them, and directories hand the group on', async () => {
    const directory = await temporaryDirectory();
    const { gid } = await stat(directory);
    const files: HostFile[] = [{ path: 'dir/token', mode: 0o600, content: Buffer.from('t') }];
    await writeAtomically({ files: nodeFiles, directory, payload: files, group: gid, now });
    expect((await stat(join(directory, 'dir/token'))).mode & 0o7777).toBe(0o640);
    expect((await stat(join(directory, 'dir'))).mode & 0o7777).toBe(0o2755);
    expect((await stat(join(directory, '..data/'))).mode & 0o7777).toBe(0o2755);
    expect((await stat(join(directory, 'dir/token'))).gid).toBe(gid);
  });

  it('leave directories for mounts of other volumes alone', async () => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, 'nested'));
    await write(directory, { a: '1' });
    await write(directory, { b: '1' });
    expect((await lstat(join(directory, 'nested'))).isDirectory()).toBe(true);
  });

  it('are whole after a process that died between any two of its steps, and so is what was seen meanwhile', async () => {
    const before = { a: '1', goes: '1', 'dir/x': '1' };
    const after = { a: '2', comes: '2', 'dir/y': '2' };
    let deaths = 0;
    for (let lastChange = 0; ; lastChange++) {
      const directory = await temporaryDirectory();
      await write(directory, before);
      const { files } = dyingFiles(lastChange);
      const outcome = await write(directory, after, files).then(
        () => 'finished',
        (error: unknown) => error,
      );
      // Through `..data` there is one version or the other, never a mixture.
      const seen = await tree(join(directory, await readlink(join(directory, '..data'))));
      expect([
        { a: '1', goes: '1', dir: 'dir', 'dir/x': '1' },
        { a: '2', comes: '2', dir: 'dir', 'dir/y': '2' },
      ]).toContainEqual(seen);
      await write(directory, after);
      expect(await visibleFiles(directory)).toEqual(after);
      expect(await leftovers(directory)).toEqual([]);
      if (outcome === 'finished') break;
      expect(outcome).toBeInstanceOf(ProcessDied);
      deaths++;
    }
    expect(deaths).toBeGreaterThan(15);
  });

  it('replace links that were left of something else, and never write through them', async () => {
    const directory = await temporaryDirectory();
    const outside = await temporaryDirectory();
    await writeFile(join(outside, 'kept'), 'kept');
    await symlink(outside, join(directory, '..data_tmp'));
    await symlink(join(outside, 'nowhere'), join(directory, '..2020_01_01_00_00_00.aaaaaa'));
    await write(directory, { a: '1' });
    expect(await visibleFiles(directory)).toEqual({ a: '1' });
    expect(await leftovers(directory)).toEqual([]);
    expect(await tree(outside)).toEqual({ kept: 'kept' });
  });
});
