import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { namespace, type StreamWorld } from './stream-world.ts';

const folders = 5;
const filesEach = 10;
const fileBytes = 1024 * 1024;

async function makeTree(root: string): Promise<void> {
  for (let folder = 0; folder < folders; folder += 1) {
    const path = join(root, `folder ${folder}`, 'inner');
    await mkdir(path, { recursive: true });
    for (let file = 0; file < filesEach; file += 1) {
      await writeFile(join(path, `file-${file}.bin`), Buffer.alloc(fileBytes, `content of ${folder}/${file} `));
    }
  }
}

async function digests(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const pairs = await Promise.all(
    files.map(async (path) => {
      const digest = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      return [path.slice(root.length), digest] as const;
    }),
  );
  return Object.fromEntries(pairs);
}

export function copyCases(world: () => StreamWorld, part: string): void {
  describe('kubectl cp', () => {
    beforeAll(async () => {
      await world().runPod({ name: 'files' });
    });

    it(`carries a tree of ${folders * filesEach} MiB in and out again, every file of it`, async () => {
      const { kubectl, base } = world();
      const from = join(base.directory, `${part}-from`);
      const to = join(base.directory, `${part}-to`);
      await makeTree(from);
      await kubectl('cp', '-n', namespace, from, 'files:/tree');
      expect(await kubectl('exec', '-n', namespace, 'files', '--', 'ls', '/tree')).toContain('folder 0');
      await kubectl('cp', '-n', namespace, 'files:/tree', to);
      const sent = await digests(from);
      expect(Object.keys(sent)).toHaveLength(folders * filesEach);
      expect(await digests(to)).toEqual(sent);
    }, 120_000);
  });
}
