import type { ServerResponse } from 'node:http';
import { abortable } from '../../work/abortable.ts';
import { sendError, sendText } from '../answers.ts';
import type { ApiCall } from '../api-call.ts';
import { HttpError } from '../errors/http-error.ts';
import { containerOfCall } from '../pods/pod-of-call.ts';
import { CollectedOutput } from './collected-output.ts';

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
  const output = new CollectedOutput({
    limit: outputBytes,
    onTooMuch: () => tooMuch.abort(new HttpError(500, `the command printed more than ${outputBytes} bytes`)),
  });
  const signal = AbortSignal.any([exchange.signal, exchange.stopping, tooMuch.signal]);
  const context = services.providerCalls.subscription({ method: 'runInContainer', ref }, signal);
  const io = { stdout: output.stream(), stderr: output.stream(), tty: false, resizes: noResizes };
  const invoked = provider.runInContainer(ref, container, command, io, context);
  try {
    const { exitCode } = await abortable(invoked, signal);
    if (exitCode === 0) {
      sendText(response, output.bytes());
      return;
    }
    // Sent from here, and not thrown: what a command is and prints may be secret, and what is thrown is logged.
    const said = `command '${command.join(' ')}' exited with ${exitCode}: ${output.bytes().toString('utf8')}`;
    sendError(response, new HttpError(500, said));
  } finally {
    invoked.catch((error: unknown) => call.log.debug('a command failed', { error: String(error) }));
  }
}

const noResizes: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
};
