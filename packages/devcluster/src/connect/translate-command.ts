import {
  acceptRemoteCommand,
  type CommandOutcome,
  dialRemoteCommand,
  type RemoteCommandClient,
  type StreamSession,
  UpgradeRefused,
} from '@vk/streaming';
import type { ApiRequest } from '../api/api-request.ts';
import { dialError } from '../kubelet-client/dial-error.ts';
import { kubeletTls } from '../kubelet-client/kubelet-credentials.ts';
import type { Upgrade } from '../server/upgrade.ts';
import { type KubeletQuestion, kubeletUrl } from './kubelet-request.ts';

export interface CommandStreams {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  tty: boolean;
}

export interface Translation {
  question: KubeletQuestion;
  streams: CommandStreams;
}

/** As often as the API server asks a node whether it is still there. Milliseconds. */
const pingInterval = 5000;

/** Ends the client's WebSocket here and speaks SPDY to the node (KEP-4006). */
export async function translateCommand(
  request: ApiRequest,
  upgrade: Upgrade,
  { question, streams }: Translation,
): Promise<void> {
  const { incoming, signal } = request;
  const session = await acceptRemoteCommand(incoming, upgrade.takeSocket(), upgrade.head, { ...streams, signal });
  const gone = AbortSignal.any([signal, session.signal]);
  let client: RemoteCommandClient;
  try {
    client = await dialRemoteCommand({
      ...streams,
      target: { url: kubeletUrl(question), tls: kubeletTls(await request.kubeletCredentials()) },
      transport: 'spdy',
      timeouts: { ping: pingInterval },
      signal: gone,
    });
  } catch (error) {
    await session.finish(failure(dialFailure(error, question)));
    return;
  }
  await session.finish(await runThrough(session, client, gone));
}

function failure(text: string): CommandOutcome {
  return { failure: `Internal error occurred: ${text}` };
}

/** What the API server says when a node does not take the command; the node's own words where it has some. */
function dialFailure(error: unknown, question: KubeletQuestion): string {
  if (error instanceof UpgradeRefused) {
    const said = error.message.replace(`the server answered ${error.httpStatus}: `, '');
    return `unable to upgrade connection: ${said}`;
  }
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return `error sending request: Post "${kubeletUrl(question)}": ${dialError(cause, question.location).message}`;
}

/** Carries all streams until the command has ended and its output has been handed over. */
async function runThrough(
  session: StreamSession,
  client: RemoteCommandClient,
  gone: AbortSignal,
): Promise<CommandOutcome> {
  const over = new AbortController();
  const onGone = (): void => over.abort(gone.reason);
  gone.addEventListener('abort', onGone, { once: true });
  const { signal } = over;
  const input = carry(session.stdin, client.stdin, signal);
  void carrySizes(session, client);
  const output = [carry(client.stdout, session.stdout, signal), carry(client.stderr, session.stderr, signal)];
  try {
    const outcome = await client.outcome;
    await Promise.all(output);
    return outcome;
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  } finally {
    gone.removeEventListener('abort', onGone);
    over.abort();
    await Promise.all([input, ...output, client.close()]);
  }
}

/** One direction of one stream. A failure is not told here: it is the connection's, and the outcome tells it. */
async function carry(
  from: ReadableStream<Uint8Array> | undefined,
  to: WritableStream<Uint8Array> | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (from === undefined || to === undefined) {
    await from?.cancel().catch(() => undefined);
    return;
  }
  await from.pipeTo(to, { signal, preventAbort: true }).catch(() => undefined);
}

/** Until the session ends. */
async function carrySizes(session: StreamSession, client: RemoteCommandClient): Promise<void> {
  for await (const size of session.resizes) {
    try {
      client.resize(size);
    } catch {
      // The node has ended the stream: the command is over, and its terminal concerns nobody.
      return;
    }
  }
}
