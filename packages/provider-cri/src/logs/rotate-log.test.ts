import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { removeLogs, rotateLog } from './rotate-log.ts';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vk-rotate-'));
  path = join(directory, '0.log');
});
afterEach(() => rm(directory, { recursive: true }));

const reopen = (text: string) => (): Promise<void> => writeFile(path, text);
const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const limits = { maxBytes: 5, maxFiles: 3 };

it('a log that is small enough stays as it is', async () => {
  await writeFile(path, '1234');
  expect(await rotateLog(path, { ...limits, now: at(0), reopen: reopen('') })).toBe(false);
  expect(await readdir(directory)).toEqual(['0.log']);
});

it('a log that has grown too large gets a name after the time, and the runtime opens a new one', async () => {
  await writeFile(path, 'first');
  expect(await rotateLog(path, { ...limits, now: at(1), reopen: reopen('second') })).toBe(true);
  expect((await readdir(directory)).sort()).toEqual(['0.log', '0.log.20260101-000001']);
  expect(await readFile(path, 'utf8')).toBe('second');
});

it('the log before is compressed, and the oldest ones are removed', async () => {
  await writeFile(path, 'first');
  for (const [index, next] of ['second', 'third', 'fourth'].entries()) {
    await rotateLog(path, { ...limits, now: at(index), reopen: reopen(next) });
  }
  expect((await readdir(directory)).sort()).toEqual(['0.log', '0.log.20260101-000001.gz', '0.log.20260101-000002']);
  const compressed = await readFile(`${path}.20260101-000001.gz`);
  expect(gunzipSync(compressed).toString()).toBe('second');
});

it('a log that the runtime does not open anew keeps its name', async () => {
  await writeFile(path, 'first');
  const failing = { ...limits, now: at(1), reopen: () => Promise.reject(new Error('no')) };
  await expect(rotateLog(path, failing)).rejects.toThrow('no');
  expect(await readdir(directory)).toEqual(['0.log']);
});

it('a log that the runtime has opened anew without saying so stays', async () => {
  await writeFile(path, 'first');
  const silent = async (): Promise<void> => {
    await writeFile(path, 'second');
    throw new Error('no answer');
  };
  await expect(rotateLog(path, { ...limits, now: at(1), reopen: silent })).rejects.toThrow('no answer');
  expect(await readFile(path, 'utf8')).toBe('second');
  expect(await readFile(`${path}.20260101-000001`, 'utf8')).toBe('first');
});

it('a log that lost its name to a process that was killed is opened anew, and keeps what it had', async () => {
  await writeFile(`${path}.20260101-000000`, 'first');
  expect(await rotateLog(path, { ...limits, now: at(1), reopen: reopen('second') })).toBe(false);
  expect((await readdir(directory)).sort()).toEqual(['0.log', '0.log.20260101-000000']);
  expect(await readFile(path, 'utf8')).toBe('second');
});

it('the logs of one run are removed together, and no others', async () => {
  for (const name of ['0.log', '0.log.20260101-000001.gz', '1.log', '10.log'])
    await writeFile(join(directory, name), '');
  await removeLogs(path);
  expect((await readdir(directory)).sort()).toEqual(['1.log', '10.log']);
});
