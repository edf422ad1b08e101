import { dialRemoteCommand, type RemoteCommandClient } from '@vk/streaming';
import type { ContainerStreams } from '@vk/node/provider';
import { StreamFailedError } from './stream-failed-error.ts';

/** Where the runtime serves one stream, and for how long it may be quiet. */
export interface StreamAddress {
  readonly url: URL;
  readonly idleMilliseconds: number;
}

export interface StreamSettings extends StreamAddress {
  readonly signal: AbortSignal;
}

/** Which streams are asked of the runtime; a terminal carries stderr in stdout. */
export function wantedStreams({ stdin, stdout, stderr, tty }: ContainerStreams): {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
} {
  return { stdin: stdin !== undefined, stdout: stdout !== undefined, stderr: stderr !== undefined && !tty, tty };
}

/**
 * Joins the streams of a caller to a command in the runtime, and waits for its end. SPDY is what every runtime speaks, and
 * what can say that the input has ended.
 *
 * @returns the exit code.
 */
export async function runStreams(
  io: ContainerStreams,
  { url, idleMilliseconds, signal }: StreamSettings,
): Promise<number> {
  const client = await dialRemoteCommand({
    target: { url },
    transport: 'spdy',
    ...wantedStreams(io),
    timeouts: { idle: idleMilliseconds },
    signal,
  });
  const over = new AbortController();
  try {
    const input = pumpInput(io, client, over.signal);
    const sizes = pumpSizes(io, client, over.signal);
    const [outcome] = await Promise.all([
      client.outcome,
      pumpOutput(client.stdout, io.stdout),
      pumpOutput(client.stderr, io.stderr),
    ]);
    over.abort();
    await Promise.all([input, sizes]);
    if ('failure' in outcome) throw new StreamFailedError(outcome.failure);
    return outcome.exitCode;
  } finally {
    over.abort();
    await client.close();
  }
}

/** What is typed after the command has ended is nobody's; a client that stops typing early is no failure of the command. */
async function pumpInput({ stdin }: ContainerStreams, client: RemoteCommandClient, signal: AbortSignal): Promise<void> {
  if (stdin === undefined || client.stdin === undefined) return;
  try {
    await stdin.pipeTo(client.stdin, { signal, preventCancel: false });
  } catch {
    // Whatever went wrong with the connection is told by the outcome.
  }
}

/** As with what is typed: a client that can no longer tell sizes is no failure of the command. */
async function pumpSizes(
  { resizes, tty }: ContainerStreams,
  client: RemoteCommandClient,
  signal: AbortSignal,
): Promise<void> {
  if (!tty) return;
  const iterator = resizes[Symbol.asyncIterator]();
  const ended = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), ended]);
      if (next === undefined || next.done === true || signal.aborted) break;
      client.resize(next.value);
    }
  } catch {
    // Whatever went wrong with the connection is told by the outcome.
  } finally {
    // Not waited for: a source that waits for its next size would first get it.
    iterator.return?.().then(ignore, ignore);
  }
}

function ignore(): void {
  // How a source of sizes ends that nobody reads any more makes no difference.
}

async function pumpOutput(
  from: ReadableStream<Uint8Array> | undefined,
  to: WritableStream<Uint8Array> | undefined,
): Promise<void> {
  if (from === undefined) return;
  if (to === undefined) await from.cancel();
  else await from.pipeTo(to, { preventClose: true, preventAbort: true });
}
