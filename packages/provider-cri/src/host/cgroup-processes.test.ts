import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cgroupProcesses } from './cgroup-processes.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vk-cgroup-processes-'));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const paths = ['/vk/pod1', '/vk/besteffort/pod1'];

it.each([
  { unified: true, directory: 'vk/besteffort/pod1' },
  { unified: false, directory: 'pids/vk/besteffort/pod1' },
])('the processes of a pod are those of the cgroup that it has, unified: $unified', async ({ unified, directory }) => {
  await mkdir(join(root, directory), { recursive: true });
  await writeFile(join(root, directory, 'pids.current'), '4\n');
  expect(await cgroupProcesses(paths, { root, unified })).toBe(4);
});

it('a pod without a cgroup has no count', async () => {
  expect(await cgroupProcesses(paths, { root, unified: true })).toBeUndefined();
});
