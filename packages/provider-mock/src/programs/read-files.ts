import { eventLoopTurn } from '../bytes/event-loop-turn.ts';
import { LineTooLongError, longestLine } from '../bytes/line-too-long-error.ts';
import { FileError } from '../file-system/file-error.ts';
import { isFolder } from '../file-system/nodes.ts';
import type { Process } from './process.ts';
import { pathOf } from './process.ts';

const zeros = new Uint8Array(65_536);

/** The contents of a file in pieces, or of the standard input for `-`. */
export async function* readContent(process: Process, path: string): AsyncGenerator<Uint8Array> {
  if (path === '-') {
    for (;;) {
      const bytes = await process.stdin.read(process.signal);
      if (bytes === undefined) return;
      yield bytes;
    }
  }
  const node = process.machine.files.get(pathOf(process, path));
  if (isFolder(node)) throw new FileError('EISDIR', path);
  if (node.kind === 'device' && node.device === 'zero') {
    for (;;) {
      await eventLoopTurn();
      process.signal.throwIfAborted();
      yield zeros;
    }
  }
  // What is written meanwhile is read too, as from a real file.
  if (node.kind === 'file')
    for (let index = 0; index < node.chunks.length; index += 1) yield node.chunks[index] ?? zeros;
}

/**
 * The lines of a file, with their line breaks.
 *
 * @throws LineTooLongError
 */
export async function* readLines(process: Process, path: string): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const bytes of readContent(process, path)) {
    let start = 0;
    for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, start)) {
      const line = bytes.subarray(start, end + 1);
      yield rest.length === 0 ? Buffer.from(line) : Buffer.concat([rest, line]);
      rest = Buffer.alloc(0);
      start = end + 1;
    }
    if (start < bytes.length) rest = Buffer.concat([rest, bytes.subarray(start)]);
    if (rest.length > longestLine) throw new LineTooLongError();
  }
  if (rest.length > 0) yield rest;
}

/** The files that are named, or the standard input when none is. */
export function inputsOf(operands: readonly string[]): readonly string[] {
  return operands.length === 0 ? ['-'] : operands;
}
