import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { removePodCgroup } from './remove-cgroups.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vk-cri-remove-'));
});
afterEach(() => rm(root, { recursive: true }));

it.each([
  { unified: true, hierarchies: [''] },
  { unified: false, hierarchies: ['cpu', 'memory'] },
])('the cgroup of a pod goes from every hierarchy, with those in it, and no other: $hierarchies', async (given) => {
  const { unified, hierarchies } = given;
  for (const hierarchy of hierarchies) {
    await mkdir(join(root, hierarchy, 'vk/poda/container/deep'), { recursive: true });
    await mkdir(join(root, hierarchy, 'vk/podb'));
  }
  await removePodCgroup('/vk/poda', unified, root);
  await removePodCgroup('/vk/poda', unified, root);
  for (const hierarchy of hierarchies) expect(await readdir(join(root, hierarchy, 'vk'))).toEqual(['podb']);
});

it('nothing but directories is removed: a cgroup that is in use fails', async () => {
  await mkdir(join(root, 'vk/poda'), { recursive: true });
  await writeFile(join(root, 'vk/poda/file'), '');
  await expect(removePodCgroup('/vk/poda', true, root)).rejects.toThrow('ENOTEMPTY');
});
