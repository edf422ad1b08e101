import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { removePodCgroup, type CgroupRemoval } from './remove-cgroups.ts';

const { signal } = new AbortController();
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vk-cri-remove-'));
});
afterEach(() => rm(root, { recursive: true }));

/** Time passes by itself. */
function remove(change: Pick<CgroupRemoval, 'unified'> & Partial<CgroupRemoval>): Promise<void> {
  const clock = { sleep: () => Promise.resolve() };
  return removePodCgroup('/vk/poda', { clock, signal, root, ...change });
}

it.each([
  { unified: true, hierarchies: [''] },
  { unified: false, hierarchies: ['cpu', 'memory'] },
])('the cgroup of a pod goes from every hierarchy, with those in it, and no other: $hierarchies', async (given) => {
  const { unified, hierarchies } = given;
  for (const hierarchy of hierarchies) {
    await mkdir(join(root, hierarchy, 'vk/poda/container/deep'), { recursive: true });
    await mkdir(join(root, hierarchy, 'vk/podb'));
  }
  await remove({ unified });
  await remove({ unified });
  for (const hierarchy of hierarchies) expect(await readdir(join(root, hierarchy, 'vk'))).toEqual(['podb']);
});

it.each([
  { unified: true, hierarchies: [''] },
  { unified: false, hierarchies: ['cpu', 'memory'] },
])('processes that are left in it are killed, those in another pod not: $hierarchies', async (given) => {
  const { unified, hierarchies } = given;
  const listOf = (hierarchy: string, pod: string): string => join(root, hierarchy, 'vk', pod, 'container/cgroup.procs');
  for (const hierarchy of hierarchies) {
    for (const [pod, text] of [
      ['poda', '0\n1\n20\n21\n'],
      ['podb', '30\n'],
    ] as const) {
      await mkdir(join(root, hierarchy, 'vk', pod, 'container'), { recursive: true });
      await writeFile(listOf(hierarchy, pod), text);
    }
  }
  const killed: number[] = [];
  await remove({
    unified,
    kill: async (pids) => {
      killed.push(...pids);
      // A kernel takes the file away with the directory.
      for (const hierarchy of hierarchies) await rm(listOf(hierarchy, 'poda'));
    },
  });
  expect(killed).toEqual([20, 21]);
  for (const hierarchy of hierarchies) expect(await readdir(join(root, hierarchy, 'vk'))).toEqual(['podb']);
});

it('nothing but directories is removed: a cgroup that stays in use fails', async () => {
  await mkdir(join(root, 'vk/poda'), { recursive: true });
  await writeFile(join(root, 'vk/poda/cgroup.procs'), '20\n');
  const killed: (readonly number[])[] = [];
  const kill = async (pids: readonly number[]): Promise<void> => void killed.push(pids);
  await expect(remove({ unified: true, kill })).rejects.toThrow('ENOTEMPTY');
  expect(killed).toEqual([[20], [20], [20], [20]]);
});

it('a process is killed in earnest, beside one that has ended', async () => {
  const gone = spawn('true');
  await once(gone, 'exit');
  const child = spawn('sleep', ['3600']);
  const ended = once(child, 'exit');
  await mkdir(join(root, 'vk/poda'), { recursive: true });
  await writeFile(join(root, 'vk/poda/cgroup.procs'), `${gone.pid}\n${child.pid}\n`);
  const clock = {
    sleep: async () => {
      await ended;
      await rm(join(root, 'vk/poda/cgroup.procs'));
    },
  };
  await remove({ unified: true, clock });
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(await readdir(join(root, 'vk'))).toEqual([]);
});
