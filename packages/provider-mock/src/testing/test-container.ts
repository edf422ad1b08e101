import type { Clock, Container, ContainerStreams, PreparedVolume, TerminalSize } from '@vk/node/provider';
import { FakeClock } from '@vk/node/testing';
import { createMachine } from '../container/create-machine.ts';
import { LogRing } from '../container/log-ring.ts';
import type { Machine } from '../container/machine.ts';
import { PodVolumes } from '../container/pod-volumes.ts';
import { runCommand } from '../container/run-command.ts';

export interface TestContainerOptions {
  readonly container?: Partial<Container>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly PreparedVolume[];
  readonly limitBytes?: number;
  readonly clock?: Clock;
}

/** A container to try programs in. */
export function testContainer(options: TestContainerOptions = {}): Machine & { readonly log: LogRing } {
  const { clock = new FakeClock(), environment = {}, volumes = [], limitBytes = 2 ** 26 } = options;
  const now = (): number => clock.now();
  const log = new LogRing(now);
  const machine = createMachine({
    container: { name: 'app', ...options.container },
    hostname: 'web-0',
    hosts: '127.0.0.1\tlocalhost\n',
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
    volumes: new PodVolumes({ prepared: () => volumes, values: () => ({}), limitBytes, now }),
    limitBytes,
    userId: 0,
    groupId: 0,
    clock,
    now,
    log,
  });
  return { ...machine, log };
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
export async function run(
  machine: Machine,
  command: string | readonly string[],
  stdin?: string | ReadableStream<Uint8Array>,
  signal: AbortSignal = new AbortController().signal,
): Promise<CommandResult> {
  const words = typeof command === 'string' ? ['sh', '-c', command] : command;
  const stdout = collector();
  const stderr = collector();
  const input = typeof stdin === 'string' ? streamOf(stdin) : stdin;
  const io: ContainerStreams = {
    ...(input !== undefined && { stdin: input }),
    stdout: stdout.stream,
    stderr: stderr.stream,
    tty: false,
    resizes: noSizes(),
  };
  const exitCode = await runCommand(machine, words, io, signal);
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

export interface Collector {
  readonly stream: WritableStream<Uint8Array>;
  text(): string;
  bytes(): Buffer;
  /** Resolves once the text is in what was written. */
  shows(text: string): Promise<void>;
}

export function collector(): Collector {
  const parts: Uint8Array[] = [];
  const waiting: { readonly wanted: string; readonly resolve: () => void }[] = [];
  const text = (): string => Buffer.concat(parts).toString('utf8');
  const tell = (): void => {
    const all = text();
    for (const [index, { wanted, resolve }] of [...waiting.entries()].toReversed()) {
      if (!all.includes(wanted)) continue;
      waiting.splice(index, 1);
      resolve();
    }
  };
  return {
    stream: new WritableStream({
      write: (bytes) => {
        parts.push(new Uint8Array(bytes));
        if (waiting.length > 0) tell();
      },
    }),
    text,
    bytes: () => Buffer.concat(parts),
    shows: (wanted) =>
      new Promise((resolve) => {
        waiting.push({ wanted, resolve });
        tell();
      }),
  };
}

export function streamOf(text: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      if (text !== '') controller.enqueue(Buffer.from(text));
      controller.close();
    },
  });
}

export async function* noSizes(): AsyncGenerator<TerminalSize> {
  // A client that tells none.
}

export interface TerminalSession {
  readonly output: Collector;
  type(text: string): void;
  hangUp(): void;
  resize(size: TerminalSize): void;
  readonly exitCode: Promise<number>;
}

/** Runs a command on a terminal. */
export function startTerminal(machine: Machine, command: readonly string[]): TerminalSession {
  const output = collector();
  let keyboard: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stdin = new ReadableStream<Uint8Array>({
    start: (controller) => {
      keyboard = controller;
    },
  });
  let window: ReadableStreamDefaultController<TerminalSize> | undefined;
  const resizes = new ReadableStream<TerminalSize>({
    start: (controller) => {
      window = controller;
    },
  });
  const io: ContainerStreams = { stdin, stdout: output.stream, tty: true, resizes };
  return {
    output,
    type: (text) => keyboard?.enqueue(Buffer.from(text)),
    hangUp: () => keyboard?.close(),
    resize: (size) => window?.enqueue(size),
    exitCode: runCommand(machine, command, io, new AbortController().signal),
  };
}
