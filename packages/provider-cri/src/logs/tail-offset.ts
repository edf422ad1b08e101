import type { FileHandle } from 'node:fs/promises';
import { parseLogLine } from './parse-cri-log.ts';

const block = 64 * 1024;
const newline = 0x0a;

/**
 * Where the last `lines` whole lines of a CRI log begin, in bytes. Read from the end, so that a tail of a large log costs
 * little. Pieces of one line count once.
 */
export async function tailOffset(
  file: FileHandle,
  size: number,
  lines: number,
  stream?: 'stdout' | 'stderr',
): Promise<number> {
  if (lines <= 0) return size;
  let found = 0;
  let position = size;
  let rest: Uint8Array = new Uint8Array();
  while (position > 0) {
    const length = Math.min(block, position);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position - length);
    if (bytesRead < length) return position;
    const bytes = Buffer.concat([buffer, rest]);
    let end = bytes.length;
    for (;;) {
      const before = end < 2 ? -1 : bytes.lastIndexOf(newline, end - 2);
      if (before === -1) break;
      // One whole line more than wanted: what is wanted begins after it.
      if (counts(bytes.subarray(before + 1, end), stream) && ++found > lines) return position - length + end;
      end = before + 1;
    }
    rest = bytes.subarray(0, end);
    position -= length;
  }
  return counts(rest, stream) && ++found > lines ? rest.length : 0;
}

function counts(line: Uint8Array, stream: 'stdout' | 'stderr' | undefined): boolean {
  const entry = parseLogLine(line);
  return entry !== undefined && !entry.partial && (stream === undefined || entry.stream === stream);
}
