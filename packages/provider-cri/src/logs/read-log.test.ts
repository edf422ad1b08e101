import { appendFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@vk/node';
import { FakeClock } from '@vk/node/testing';
import type { LogChunk } from '@vk/node/provider';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseLogLine } from './parse-cri-log.ts';
import { readLog, type ReadLogOptions } from './read-log.ts';

let root: string;
let path: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vk-log-'));
  await mkdir(join(root, 'pod', 'app'), { recursive: true });
  path = join(root, 'pod', 'app', '0.log');
});
afterEach(() => rm(root, { recursive: true }));

const line = (text: string, { stream = 'stdout', tag = 'F', second = 0 } = {}): string =>
  `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000001Z ${stream} ${tag} ${text}\n`;

function options(rest: Partial<ReadLogOptions> = {}): ReadLogOptions {
  return {
    path,
    root,
    clock: systemClock,
    signal: new AbortController().signal,
    follow: false,
    running: true,
    isRunning: () => Promise.resolve(false),
    ...rest,
  };
}

async function textOf(rest: Partial<ReadLogOptions> = {}): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const { bytes } of readLog(options(rest))) parts.push(bytes);
  return Buffer.concat(parts).toString('utf8');
}

describe('a line of a CRI log', () => {
  it('has a time, a stream and text with its line break', () => {
    expect(parseLogLine(Buffer.from(line('some text')))).toEqual({
      time: '2026-01-01T00:00:00.000000001Z',
      stream: 'stdout',
      partial: false,
      bytes: Buffer.from('some text\n'),
    });
  });

  it('that is a piece of a longer one has no line break of its own', () => {
    const entry = parseLogLine(Buffer.from(line('piece', { tag: 'P' })));
    expect([entry?.partial, Buffer.from(entry?.bytes ?? []).toString()]).toEqual([true, 'piece']);
  });

  it.each(['', '\n', 'no log line\n', 'time other F text\n'])('%j is none', (text) => {
    expect(parseLogLine(Buffer.from(text))).toBeUndefined();
  });
});

describe('the log of a container', () => {
  it('is read to its end, pieces joined', async () => {
    await writeFile(path, line('a ', { tag: 'P' }) + line('whole') + line('', {}) + line('last'));
    expect(await textOf()).toBe('a whole\n\nlast\n');
  });

  it('that is not there is empty', async () => {
    expect(await textOf()).toBe('');
  });

  it('gives one stream where one is asked for', async () => {
    await writeFile(path, line('out') + line('err', { stream: 'stderr' }));
    expect(await textOf({ stream: 'stderr' })).toBe('err\n');
  });

  it('leaves out what is older than asked for', async () => {
    await writeFile(path, line('old', { second: 1 }) + line('new', { second: 5 }));
    expect(await textOf({ sinceTime: Date.parse('2026-01-01T00:00:03Z') })).toBe('new\n');
  });

  it.each([0, 1, 2, 3, 4, 9])('gives the last %i whole lines', async (tailLines) => {
    const lines = [['one'], ['t', 'wo'], ['three'], ['f', 'ou', 'r']];
    const written = lines.flatMap((pieces) =>
      pieces.map((piece, index) => line(piece, { tag: index === pieces.length - 1 ? 'F' : 'P' })),
    );
    await writeFile(path, written.join(''));
    const expected = lines.slice(Math.max(0, lines.length - tailLines)).map((pieces) => `${pieces.join('')}\n`);
    expect(await textOf({ tailLines })).toBe(tailLines === 0 ? '' : expected.join(''));
  });

  it('gives the last lines of a log that is larger than what is read at once', async () => {
    const all = Array.from({ length: 5_000 }, (_, index) => line(`line ${index} ${'x'.repeat(40)}`));
    await writeFile(path, all.join(''));
    const text = await textOf({ tailLines: 3_000 });
    expect(text.split('\n')).toHaveLength(3_001);
    expect(text.startsWith('line 2000 ')).toBe(true);
  });

  it('KHV047, CVE-2025-0750: is not read through a symbolic link', async () => {
    await writeFile(join(root, 'secret'), line('secret'));
    await symlink(join(root, 'secret'), path);
    await expect(textOf()).rejects.toThrow(/ELOOP/u);
  });

  it('KHV047, CVE-2025-0750: is not read in a directory that leads out of the root', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'vk-outside-'));
    await writeFile(join(outside, '0.log'), line('secret'));
    await symlink(outside, join(root, 'pod', 'other'));
    const read = textOf({ path: join(root, 'pod', 'other', '0.log') });
    await expect(read).rejects.toMatchObject({
      code: 'LogRead',
      message: expect.stringContaining('outside') as string,
    });
    await rm(outside, { recursive: true });
  });
});

describe('a log that is followed', () => {
  /** Follows, and does the next thing whenever so many lines have come. */
  async function followed(
    actions: ReadonlyMap<number, () => Promise<void>>,
    rest: Partial<ReadLogOptions> = {},
  ): Promise<string> {
    const parts: LogChunk[] = [];
    for await (const chunk of readLog(options({ follow: true, pollMilliseconds: 20, ...rest }))) {
      parts.push(chunk);
      await actions.get(parts.length)?.();
    }
    return parts.map(({ bytes }) => Buffer.from(bytes).toString()).join('');
  }

  it('goes on while the container runs, and ends with it', async () => {
    await writeFile(path, line('one'));
    let running = true;
    const text = await followed(
      new Map([
        [1, () => appendFile(path, line('two'))],
        [
          2,
          async () => {
            await appendFile(path, line('three'));
            running = false;
          },
        ],
      ]),
      { isRunning: () => Promise.resolve(running) },
    );
    expect(text).toBe('one\ntwo\nthree\n');
  });

  it('goes on in the new file when the log is rotated, with nothing lost or repeated', async () => {
    await writeFile(path, line('one'));
    let running = true;
    const text = await followed(
      new Map([
        [
          1,
          async () => {
            await appendFile(path, line('two'));
            await rename(path, `${path}.20260101-000000`);
            await appendFile(`${path}.20260101-000000`, line('three'));
            await writeFile(path, line('four'));
          },
        ],
        [
          4,
          async () => {
            running = false;
            await Promise.resolve();
          },
        ],
      ]),
      { isRunning: () => Promise.resolve(running) },
    );
    expect(text).toBe('one\ntwo\nthree\nfour\n');
  });

  it('begins when the log comes to be', async () => {
    let looks = 0;
    const isRunning = async (): Promise<boolean> => {
      looks += 1;
      if (looks === 2) await writeFile(path, line('late'));
      return looks < 3;
    };
    expect(await followed(new Map(), { isRunning })).toBe('late\n');
  });

  it('is no reason to ask for the container at every change', async () => {
    const clock = new FakeClock();
    await writeFile(path, line('0'));
    let [running, asked] = [true, 0];
    const twenty = Promise.withResolvers<void>();
    const writes = Array.from({ length: 20 }, (_, index) => {
      const write = (): Promise<void> => appendFile(path, line(String(index + 1)));
      return [index + 1, write] as const;
    });
    const actions = new Map<number, () => Promise<void>>([...writes, [21, async () => twenty.resolve()]]);
    const isRunning = async (): Promise<boolean> => {
      asked += 1;
      return running;
    };
    const following = followed(actions, { clock, pollMilliseconds: 1_000, isRunning });
    await twenty.promise;
    expect(asked).toBe(0);
    running = false;
    const over = new AbortController();
    const text = following.finally(() => over.abort());
    while (!over.signal.aborted) {
      await clock.advance(1_000);
      await new Promise(setImmediate);
    }
    expect((await text).split('\n')).toHaveLength(22);
    expect(asked).toBe(1);
  });

  it('says when it has given all that was there', async () => {
    await writeFile(path, line('one') + line('two'));
    const leaving = new AbortController();
    const given: string[] = [];
    const onCaughtUp = (): void => leaving.abort(new Error(given.join('')));
    const following = async (): Promise<void> => {
      const read = readLog(options({ follow: true, signal: leaving.signal, onCaughtUp }));
      for await (const { bytes } of read) given.push(Buffer.from(bytes).toString());
    };
    await expect(following()).rejects.toThrow('one\ntwo\n');
  });

  it('ends where the container had ended before, and nobody is asked', async () => {
    await writeFile(path, line('one') + line('two'));
    const isRunning = (): Promise<boolean> => Promise.reject(new Error('asked'));
    expect(await followed(new Map(), { running: false, isRunning })).toBe('one\ntwo\n');
  });

  it('ends when its reader goes away', async () => {
    await writeFile(path, line('one'));
    const leaving = new AbortController();
    const gone = new Error('the reader is gone');
    const actions = new Map([
      [
        1,
        async () => {
          leaving.abort(gone);
          await Promise.resolve();
        },
      ],
    ]);
    await expect(followed(actions, { isRunning: () => Promise.resolve(true), signal: leaving.signal })).rejects.toBe(
      gone,
    );
  });
});
