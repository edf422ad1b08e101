import { createHash } from 'node:crypto';
import { eventLoopTurn } from '../bytes/event-loop-turn.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { openWriter } from '../file-system/open-writer.ts';
import { encodeText, formatText, unescapeText } from './format-text.ts';
import { readOptions } from './options.ts';
import { pathOf, print } from './process.ts';
import type { Process, Program } from './process.ts';
import { inputsOf, readContent, readLines } from './read-files.ts';
import { UsageError } from './usage-error.ts';

export const echo: Program = async (process) => {
  const rest = [...process.arguments];
  let [newline, escapes] = [true, false];
  while (/^-[neE]+$/u.test(rest[0] ?? '')) {
    const flags = rest.shift() ?? '';
    if (flags.includes('n')) newline = false;
    if (/[eE]/u.test(flags)) escapes = flags.lastIndexOf('e') > flags.lastIndexOf('E');
  }
  const text = rest.join(' ');
  await print(process, encodeText(`${escapes ? unescapeText(text) : text}${newline ? '\n' : ''}`));
  return 0;
};

export const printf: Program = async (process) => {
  const [format, ...values] = process.arguments;
  if (format === undefined) throw new UsageError('usage: printf FORMAT [ARG]...');
  await print(process, encodeText(formatText(format, values)));
  return 0;
};

export const cat: Program = async (process) => {
  const { operands } = readOptions(process.arguments, { flags: 'u' });
  for (const path of inputsOf(operands))
    for await (const bytes of readContent(process, path)) await print(process, bytes);
  return 0;
};

export const tee: Program = async (process) => {
  const { flags, operands } = readOptions(process.arguments, { flags: 'a' });
  const writers: ByteWriter[] = operands.map((path) =>
    openWriter(process.machine, pathOf(process, path), { append: flags.has('a') }),
  );
  for await (const bytes of readContent(process, '-')) {
    for (const writer of writers) await writer.write(bytes);
    await print(process, bytes);
  }
  return 0;
};

export const head: Program = async (process) => {
  const { values, operands } = readOptions(countAsOption(process.arguments), { valued: 'nc' });
  const bytesWanted = values.has('c') ? sizeOf(values.get('c') ?? '') : undefined;
  const linesWanted = sizeOf(values.get('n') ?? '10');
  for (const path of inputsOf(operands)) {
    if (bytesWanted !== undefined) await firstBytes(process, path, bytesWanted);
    else await firstLines(process, path, linesWanted);
  }
  return 0;
};

async function firstBytes(process: Process, path: string, wanted: number): Promise<void> {
  let left = wanted;
  if (left === 0) return;
  for await (const bytes of readContent(process, path)) {
    await print(process, bytes.subarray(0, left));
    if (path === '-' && bytes.length > left) process.stdin.unread(bytes.subarray(left));
    left -= Math.min(left, bytes.length);
    if (left === 0) return;
  }
}

async function firstLines(process: Process, path: string, wanted: number): Promise<void> {
  let left = wanted;
  if (left === 0) return;
  for await (const line of readLines(process, path)) {
    await print(process, line);
    if (--left === 0) return;
  }
}

export const tail: Program = async (process) => {
  const { values, operands } = readOptions(countAsOption(process.arguments), { valued: 'nc' });
  const [unit, text] = values.has('c') ? ['bytes', values.get('c') ?? ''] : ['lines', values.get('n') ?? '10'];
  const fromStart = text.startsWith('+');
  const count = sizeOf(text.replace(/^[-+]/u, ''));
  for (const path of inputsOf(operands)) {
    const pieces = unit === 'bytes' ? readContent(process, path) : readLines(process, path);
    if (fromStart) await skipFirst(process, pieces, { unit, count: Math.max(0, count - 1) });
    else await keepLast(process, pieces, { unit, count });
  }
  return 0;
};

interface Amount {
  readonly unit: string;
  readonly count: number;
}

async function skipFirst(process: Process, pieces: AsyncIterable<Uint8Array>, { unit, count }: Amount): Promise<void> {
  let left = count;
  for await (const piece of pieces) {
    const skipped = unit === 'bytes' ? Math.min(left, piece.length) : left > 0 ? piece.length : 0;
    left -= unit === 'bytes' ? skipped : skipped > 0 ? 1 : 0;
    await print(process, piece.subarray(skipped));
  }
}

async function keepLast(process: Process, pieces: AsyncIterable<Uint8Array>, { unit, count }: Amount): Promise<void> {
  const kept: Uint8Array[] = [];
  let size = 0;
  const sizeIn = (piece: Uint8Array): number => (unit === 'bytes' ? piece.length : 1);
  for await (const piece of pieces) {
    kept.push(piece);
    size += sizeIn(piece);
    for (let first = kept[0]; first !== undefined && size - sizeIn(first) >= count; first = kept[0]) {
      kept.shift();
      size -= sizeIn(first);
    }
  }
  const all = Buffer.concat(kept);
  await print(process, count === 0 ? '' : unit === 'bytes' ? all.subarray(Math.max(0, all.length - count)) : all);
}

/** `-5` for `-n 5`. */
function countAsOption(words: readonly string[]): string[] {
  return words.flatMap((word) => (/^-\d+$/u.test(word) ? ['-n', word.slice(1)] : [word]));
}

function sizeOf(text: string): number {
  const [, digits, unit = ''] = /^(\d+)([kKMG]?)$/u.exec(text) ?? [];
  if (digits === undefined) throw new UsageError(`invalid number '${text}'`);
  return Number(digits) * 1024 ** ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase());
}

export const wc: Program = async (process) => {
  const { flags, operands } = readOptions(process.arguments, { flags: 'lwc' });
  const total = [0, 0, 0];
  const show = (counts: readonly number[], name: string): Promise<void> => {
    const chosen = counts.filter((_, index) => flags.size === 0 || flags.has('lwc'[index] ?? ''));
    const padded =
      flags.size === 1 && name === '' ? chosen.join('') : chosen.map((n) => String(n).padStart(9)).join(' ');
    return print(process, `${name === '' ? padded : `${padded} ${name}`}\n`);
  };
  for (const path of inputsOf(operands)) {
    const counts = await countContent(process, path);
    for (const [index, count] of counts.entries()) total[index] = (total[index] ?? 0) + count;
    await show(counts, operands.length === 0 ? '' : path);
  }
  if (operands.length > 1) await show(total, 'total');
  return 0;
};

async function countContent(process: Process, path: string): Promise<number[]> {
  let [lines, words, size, inWord] = [0, 0, 0, false];
  for await (const bytes of readContent(process, path)) {
    size += bytes.length;
    for (const byte of bytes) {
      const blank = byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
      if (byte === 0x0a) lines += 1;
      if (!blank && !inWord) words += 1;
      inWord = !blank;
    }
  }
  return [lines, words, size];
}

export const seq: Program = async (process) => {
  const numbers = process.arguments.map(Number);
  if (numbers.length === 0 || numbers.some((number) => !Number.isFinite(number)))
    throw new UsageError('invalid number');
  const last = numbers.at(-1) ?? 1;
  const first = numbers.length > 1 ? (numbers[0] ?? 1) : 1;
  const step = numbers.length > 2 ? (numbers[1] ?? 1) : 1;
  const count = step === 0 ? 0 : Math.floor((last - first) / step) + 1;
  for (let index = 0; index < count; index += 1) {
    if (index % 1_024 === 0) await eventLoopTurn();
    await print(process, `${first + index * step}\n`);
  }
  return 0;
};

export const yes: Program = async (process) => {
  const bytes = Buffer.from(`${process.arguments.join(' ') || 'y'}\n`.repeat(1024));
  for (;;) {
    await eventLoopTurn();
    await print(process, bytes);
  }
};

/** `sha256sum` and `md5sum`. */
export function checksum(algorithm: 'sha256' | 'md5'): Program {
  return async (process) => {
    for (const path of inputsOf(readOptions(process.arguments, {}).operands)) {
      const hash = createHash(algorithm);
      for await (const bytes of readContent(process, path)) hash.update(bytes);
      await print(process, `${hash.digest('hex')}  ${path}\n`);
    }
    return 0;
  };
}
