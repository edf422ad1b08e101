import type { LogChunk } from '@vk/node/provider';

/** One line of a CRI log file: a time, a stream, tags, and a piece of what the container wrote. */
export type LogEntry = Required<LogChunk>;

const space = 0x20;
const newline = 0x0a;

/**
 * Reads one line: `2026-01-01T00:00:00.000000000Z stdout F text`, with its line break. With the tag `P` the text goes on in the
 * next entry of the stream; with `F` it ends, and the line break is part of it. Undefined for what is no such line.
 */
export function parseLogLine(line: Uint8Array): LogEntry | undefined {
  const first = line.indexOf(space);
  const second = line.indexOf(space, first + 1);
  const third = line.indexOf(space, second + 1);
  if (first <= 0 || second === -1 || third === -1) return undefined;
  const text = (start: number, end: number): string => Buffer.from(line.subarray(start, end)).toString('latin1');
  const stream = text(first + 1, second);
  if (stream !== 'stdout' && stream !== 'stderr') return undefined;
  // Tags are joined by colons; the first says whether the line is whole.
  const partial = text(second + 1, third).split(':', 1)[0] === 'P';
  const end = line.at(-1) === newline && partial ? line.length - 1 : line.length;
  return { time: text(0, first), stream, partial, bytes: line.subarray(third + 1, end) };
}
