import type { CallContext, ContainerStreams } from '@vk/node/provider';
import { abortable } from '../bytes/abortable.ts';
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { MainProcess } from '../behaviour-table.ts';
import type { LogRing } from './log-ring.ts';
import type { Machine } from './machine.ts';
import { borrowAll, runCommand } from './run-command.ts';
import { runLog } from './run-log.ts';
import type { LogSource } from './run-log.ts';

export interface AttachOptions {
  readonly kind: MainProcess;
  readonly machine: () => Machine;
  readonly source: LogSource;
  /** Takes what is typed, where the main process is a command that reads it. */
  readonly input?: ByteWriter;
  /** Called when the caller ends its input. */
  readonly onInputEnd?: () => void;
}

/**
 * Joins a container's main process: what it writes from now on is passed on, what is typed is given to it. Resolves when the
 * container ends, or when the caller's signal is aborted. Gives the exit code of a shell that was ended.
 */
export async function attach(
  { kind, machine, source, input, onInputEnd }: AttachOptions,
  io: ContainerStreams,
  call: CallContext,
): Promise<number | undefined> {
  if (kind === 'shell' && io.stdin !== undefined) {
    return runCommand(machine(), ['sh'], { ...io, ...logged(io, source.ring) }, call.signal);
  }
  const { stdin, stdout, stderr, release } = borrowAll(io);
  const life = new AbortController();
  const signal = AbortSignal.any([call.signal, life.signal]);
  const taker = input ?? (kind === 'echo' ? source.ring.stdout : undefined);
  const typing = takeInput(stdin, taker, signal).then(() => (io.stdin === undefined ? undefined : onInputEnd?.()));
  // How the input ends does not end the output.
  typing.catch(() => undefined);
  try {
    for await (const { bytes, stream } of runLog(source, { follow: true, fromNow: true }, { ...call, signal }))
      await abortable((stream === 'stderr' && !io.tty ? stderr : stdout).write(bytes), signal);
    return undefined;
  } finally {
    life.abort(new Error('the container has ended'));
    release();
  }
}

async function takeInput(stdin: ByteReader, taker: ByteWriter | undefined, signal: AbortSignal): Promise<void> {
  for (;;) {
    const bytes = await stdin.read(signal);
    if (bytes === undefined) return;
    await taker?.write(bytes);
  }
}

/** The outputs of a shell that is the main process: what it writes is in the log too. */
function logged({ stdout, stderr }: ContainerStreams, ring: LogRing): Pick<ContainerStreams, 'stdout' | 'stderr'> {
  return {
    ...(stdout !== undefined && { stdout: copyTo(stdout, ring.stdout) }),
    ...(stderr !== undefined && { stderr: copyTo(stderr, ring.stderr) }),
  };
}

function copyTo(stream: WritableStream<Uint8Array>, log: ByteWriter): WritableStream<Uint8Array> {
  const writer = stream.getWriter();
  return new WritableStream({
    write: async (bytes) => {
      await log.write(bytes);
      await writer.write(bytes);
    },
  });
}
