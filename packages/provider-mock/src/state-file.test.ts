import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StateEntry } from './state-entry.ts';
import { StateFile, StateFileError } from './state-file.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vk-mock-'));
  path = join(directory, 'sub', 'state.jsonl');
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** A state file whose memory is the list of removed UIDs. */
async function openState(): Promise<{ file: StateFile; removed: string[] }> {
  const removed: string[] = [];
  const file = await StateFile.open(
    path,
    (entry) => {
      if ('remove' in entry) removed.push(entry.remove);
    },
    () => removed.map((remove): StateEntry => ({ remove })),
  );
  return { file, removed };
}

describe('the state file', () => {
  it('has an entry as soon as the append resolves, so that a killed process has lost nothing that it promised', async () => {
    const { file } = await openState();
    await file.append({ remove: 'a' });
    expect(await readFile(path, 'utf8')).toContain('{"remove":"a"}\n');
    await file.close();
  });

  it('keeps the order of entries that were appended together', async () => {
    const { file } = await openState();
    const uids = Array.from({ length: 500 }, (_, index) => `uid-${index}`);
    await Promise.all(uids.map((remove) => file.append({ remove })));
    await file.close();
    const again = await openState();
    expect(again.removed).toEqual(uids);
    await again.file.close();
  });

  it('a line that a killed process left half written is dropped, and the file is whole again', async () => {
    const { file } = await openState();
    await file.append({ remove: 'a' });
    await file.close();
    await appendFile(path, '{"remove":"b');
    const again = await openState();
    expect(again.removed).toEqual(['a']);
    again.removed.push('c');
    await again.file.append({ remove: 'c' });
    await again.file.close();
    const third = await openState();
    expect(third.removed).toEqual(['a', 'c']);
    await third.file.close();
  });

  it('damage in the middle is an error that names the line, not a loss in silence', async () => {
    const { file } = await openState();
    await file.close();
    await appendFile(path, 'nonsense\n{"remove":"b"}\n');
    await expect(openState()).rejects.toThrow(`${path}:2 is not JSON`);
  });

  it('a file of something else is left alone', async () => {
    await openState().then(({ file }) => file.close());
    await writeFile(path, '{"some":"thing"}\n');
    await expect(openState()).rejects.toThrow(StateFileError);
    expect(await readFile(path, 'utf8')).toBe('{"some":"thing"}\n');
  });

  it('when a second process opens the file, the first can write no more: its memory is out of date', async () => {
    const first = await openState();
    const second = await openState();
    await expect(first.file.append({ remove: 'a' })).rejects.toThrow('taken over by another process');
    await second.file.append({ remove: 'b' });
    expect(await readFile(path, 'utf8')).not.toContain('"a"');
    await first.file.close();
    await second.file.close();
  });

  it('does not grow without end, and leaves no other files behind', async () => {
    const { file, removed } = await openState();
    removed.push('kept');
    for (let round = 0; round < 30; round += 1) {
      await Promise.all(Array.from({ length: 1_000 }, () => file.append({ remove: 'forgotten' })));
    }
    await file.close();
    expect((await stat(path)).size).toBeLessThan(500_000);
    expect(await readFile(path, 'utf8')).toContain('{"remove":"kept"}');
    expect(await readdir(join(directory, 'sub'))).toEqual(['state.jsonl']);
  });
});
