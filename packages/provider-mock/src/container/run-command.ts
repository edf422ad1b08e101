import type { ContainerStreams } from '@vk/node/provider';
import { emptyReader } from '../bytes/byte-reader.ts';
import { nullWriter } from '../bytes/byte-writer.ts';
import { borrowReader, borrowWriter } from '../bytes/web-streams.ts';
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Borrowed } from '../bytes/web-streams.ts';
import type { ProcessStreams } from '../programs/process.ts';
import { runProgram } from '../shell/run-program.ts';
import type { Machine } from './machine.ts';
import { Terminal } from './terminal.ts';

/**
 * Runs a command in a container, with the streams of whoever asked for it. Gives its exit code; rejects with the signal's
 * reason when that is aborted.
 */
export async function runCommand(
  machine: Machine,
  command: readonly string[],
  io: ContainerStreams,
  signal: AbortSignal,
): Promise<number> {
  const borrowed = borrowAll(io);
  const life = new AbortController();
  const foreground = new AbortController();
  const whole = AbortSignal.any([signal, life.signal]);
  const { stdin, stdout, stderr } = borrowed;
  const terminal = io.tty ? new Terminal(stdout) : undefined;
  const streams: ProcessStreams =
    terminal === undefined
      ? { stdin, stdout, stderr }
      : { stdin: terminal.reader, stdout: terminal.writer, stderr: terminal.writer };
  if (terminal !== undefined) {
    terminal.foreground = foreground;
    // They end with the command; what the client does until then is of interest, not how its stream ends.
    terminal.type(stdin, whole).catch(() => undefined);
    terminal.resize(io.resizes).catch(() => undefined);
  }
  try {
    return await runProgram({
      machine,
      words: command,
      environment: machine.environment,
      workingDirectory: machine.workingDirectory,
      streams,
      signal: AbortSignal.any([signal, foreground.signal]),
      ...(terminal !== undefined && { terminal }),
    });
  } finally {
    life.abort(new Error('the command has ended'));
    borrowed.release();
  }
}

/** The streams as programs use them; one that was not asked for is empty, or takes everything. */
export function borrowAll(io: ContainerStreams): ProcessStreams & { readonly release: () => void } {
  const stdin: Borrowed<ByteReader> | undefined = io.stdin && borrowReader(io.stdin);
  const stdout: Borrowed<ByteWriter> | undefined = io.stdout && borrowWriter(io.stdout);
  const stderr: Borrowed<ByteWriter> | undefined = io.stderr && borrowWriter(io.stderr);
  return {
    stdin: stdin?.end ?? emptyReader(),
    stdout: stdout?.end ?? nullWriter,
    stderr: stderr?.end ?? nullWriter,
    release: () => {
      for (const stream of [stdin, stdout, stderr]) stream?.release();
    },
  };
}
