import type { ServerResponse } from 'node:http';
import { sendText } from '../answers.ts';
import type { ApiCall } from '../api-call.ts';
import { HttpError } from '../errors/http-error.ts';
import { containerOfCall } from '../pods/pod-of-call.ts';

/** What the output of a command may have; as much as a container runtime collects. */
const outputBytes = 16 * 1024 * 1024;

/** `/run`: runs the command of `?cmd=`, cut at spaces, and answers with all that it printed, once it has ended with 0. */
export async function serveRun(call: ApiCall, response: ServerResponse): Promise<void> {
  const { exchange, services, node, query } = call;
  const { provider } = node;
  const { ref, container } = containerOfCall(call);
  if (provider.runInContainer === undefined) throw new HttpError(501, 'the provider runs no commands');
  const command = (query.get('cmd') ?? '').split(' ');
  if (command[0] === '') throw new HttpError(400, 'query parameter "cmd" is required');
  call.log.info('Somebody reaches into a pod', { ...call.found.parameters });
  const tooMuch = new AbortController();
  const output = new CollectedOutput(() =>
    tooMuch.abort(new HttpError(500, `the command printed more than ${outputBytes} bytes`)),
  );
  const signal = AbortSignal.any([exchange.signal, exchange.stopping, tooMuch.signal]);
  const context = services.providerCalls.subscription({ method: 'runInContainer', ref }, signal);
  const io = { stdout: output.stream(), stderr: output.stream(), tty: false, resizes: noResizes };
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const invoked = provider.runInContainer(ref, container, command, io, context);
  try {
    const { exitCode } = await Promise.race([invoked, aborted.promise]);
    const text = output.text();
    if (exitCode !== 0) throw new HttpError(500, `command '${command.join(' ')}' exited with ${exitCode}: ${text}`);
    sendText(response, text);
  } finally {
    signal.removeEventListener('abort', onAbort);
    invoked.catch((error: unknown) => call.log.debug('a command failed', { error: String(error) }));
  }
}

const noResizes: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
};

/** What a command prints on both of its streams, in the order in which it comes. */
class CollectedOutput {
  readonly #onTooMuch: () => void;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(onTooMuch: () => void) {
    this.#onTooMuch = onTooMuch;
  }

  stream(): WritableStream<Uint8Array> {
    return new WritableStream({
      write: (chunk) => {
        this.#bytes += chunk.length;
        if (this.#bytes <= outputBytes) this.#chunks.push(Uint8Array.from(chunk));
        else this.#onTooMuch();
      },
    });
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
