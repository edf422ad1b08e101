import { link, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { directoryUsage } from './directory-usage.ts';

const { signal } = new AbortController();
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vk-cri-usage-'));
});
afterEach(() => rm(root, { recursive: true }));

it('counts what files take, each once, and does not follow links', async () => {
  await mkdir(join(root, 'a/b'), { recursive: true });
  await writeFile(join(root, 'a/b/file'), Buffer.alloc(10_000, 1));
  await link(join(root, 'a/b/file'), join(root, 'again'));
  await symlink('/usr', join(root, 'elsewhere'));
  const paths = ['', 'a', 'a/b', 'a/b/file'].map((path) => join(root, path));
  const blocks = await Promise.all(paths.map(async (path) => (await stat(path)).blocks));
  const usage = await directoryUsage(root, { mostEntries: 100, signal });
  expect(usage?.inodesUsed).toBe(5);
  expect(usage?.usedBytes).toBeGreaterThanOrEqual(512 * blocks.reduce((sum, each) => sum + each, 0));
  expect(usage?.usedBytes).toBeLessThan(20_000 + 4 * 4096);
});

it('gives nothing for a directory that is not there, or has too much in it', async () => {
  await writeFile(join(root, 'one'), '');
  await writeFile(join(root, 'two'), '');
  expect(await directoryUsage(join(root, 'none'), { mostEntries: 100, signal })).toBeUndefined();
  expect(await directoryUsage(root, { mostEntries: 2, signal })).toBeUndefined();
});

it('gives nothing for one that is nested too deep', async () => {
  await mkdir(join(root, 'a/'.repeat(300)), { recursive: true });
  expect(await directoryUsage(root, { mostEntries: 1_000, signal })).toBeUndefined();
});

it('counts nothing of a directory in the place of which there is a link by then', async () => {
  await mkdir(join(root, 'in/deep'), { recursive: true });
  await mkdir(join(root, 'out'));
  for (const name of ['one', 'two', 'three']) await writeFile(join(root, 'out', name), '');
  await rm(join(root, 'in'), { recursive: true });
  await symlink(join(root, 'out'), join(root, 'in'));
  expect((await directoryUsage(join(root, 'in'), { mostEntries: 100, signal }))?.inodesUsed).toBe(1);
});

it('ends when nobody wants to know any more', async () => {
  await writeFile(join(root, 'one'), '');
  const stopped = AbortSignal.abort(new Error('enough'));
  await expect(directoryUsage(root, { mostEntries: 100, signal: stopped })).rejects.toThrow('enough');
});
