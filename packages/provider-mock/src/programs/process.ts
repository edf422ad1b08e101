import { abortable } from '../bytes/abortable.ts';
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Machine } from '../container/machine.ts';
import { absolutePath } from '../file-system/paths.ts';
import type { Terminal } from '../container/terminal.ts';

/** Where a program reads from and writes to. */
export interface ProcessStreams {
  readonly stdin: ByteReader;
  readonly stdout: ByteWriter;
  readonly stderr: ByteWriter;
}

/** A program that runs. */
export interface Process extends ProcessStreams {
  readonly id: number;
  readonly name: string;
  /** Without the program's name. */
  readonly arguments: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly workingDirectory: string;
  readonly machine: Machine;
  /** Aborted when the program has to end: by a ProcessSignal, or because nobody waits for it any more. */
  readonly signal: AbortSignal;
  readonly terminal?: Terminal;
}

/** A built-in program. Gives its exit code; a FileError that it throws is shown, and gives 1. */
export type Program = (process: Process) => Promise<number>;

/** Writes text or bytes to the standard output. */
export function print(process: Process, content: string | Uint8Array): Promise<void> {
  return write(process, process.stdout, content);
}

/** Writes a line to the standard error, with the program's name before it. Gives the exit code 1. */
export async function complain(process: Process, message: string): Promise<number> {
  await write(process, process.stderr, `${process.name}: ${message}\n`);
  return 1;
}

async function write(process: Process, writer: ByteWriter, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  if (bytes.length > 0) await abortable(writer.write(bytes), process.signal);
}

/** A path as the process means it. */
export function pathOf(process: Process, path: string): string {
  return absolutePath(path, process.workingDirectory);
}
