import { constants, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import { NotFound } from '@vk/node/provider';
import { CallNotTakenError, CriError } from './cri-error.ts';
import { framed, MessageFinder } from './grpc-framing.ts';
import { grpcStatusName } from './grpc-status.ts';

export interface GrpcCall {
  /** `/runtime.v1.RuntimeService/Version`, for example. */
  readonly path: string;
  readonly request: Uint8Array;
  readonly signal: AbortSignal;
  /** Is called for each message of the answer. What it throws ends the call, and is what it fails with. */
  readonly onMessage: (message: Buffer) => void;
}

/**
 * One call on a connection, as gRPC over HTTP/2 has it (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). Ends when the
 * runtime has said that all is well.
 *
 * @throws NotFound when the runtime says so.
 * @throws CriError for all else that the runtime answers, and `UNAVAILABLE` where the connection is lost before it has.
 * @throws CallNotTakenError where the runtime has not looked at the call.
 * @throws The signal's reason, as soon as it is aborted; the runtime is told that nobody waits any more.
 */
export function grpcCall(session: ClientHttp2Session, { path, request, signal, onMessage }: GrpcCall): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stream = openStream(session, path);
    const messages = new MessageFinder((message) => {
      if (!isOver) onMessage(message);
    });
    let last: IncomingHttpHeaders = {};
    let isOver = false;

    // Whichever comes first counts; what comes later is about a call that is over.
    const settle = (failure: Error | undefined): void => {
      isOver = true;
      signal.removeEventListener('abort', onAbort);
      if (failure === undefined) resolve();
      else reject(failure);
    };
    const giveUp = (reason: Error): void => {
      settle(reason);
      stream.close(constants.NGHTTP2_CANCEL);
    };
    const onAbort = (): void => giveUp(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });

    // The status comes in the trailers, or in the headers where there is nothing else.
    const onHeaders = (headers: IncomingHttpHeaders): void => {
      last = headers;
    };
    stream.on('response', onHeaders);
    stream.on('trailers', onHeaders);
    stream.on('data', (part: Buffer) => {
      try {
        messages.add(part);
      } catch (error) {
        giveUp(error as Error);
      }
    });
    stream.on('end', () => {
      if (last['grpc-status'] !== undefined) settle(outcomeOf(last, messages, path));
    });
    stream.on('error', (error) => {
      const isTaken = stream.id !== undefined && stream.rstCode !== constants.NGHTTP2_REFUSED_STREAM;
      settle(
        isTaken
          ? new CriError('UNAVAILABLE', error.message, { cause: error })
          : new CallNotTakenError(error.message, { cause: error }),
      );
    });
    stream.on('close', () => settle(outcomeOf(last, messages, path)));
    stream.end(framed(request));
  });
}

function openStream(session: ClientHttp2Session, path: string): ClientHttp2Stream {
  try {
    return session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: path,
      [constants.HTTP2_HEADER_AUTHORITY]: 'localhost',
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
      [constants.HTTP2_HEADER_TE]: 'trailers',
    });
  } catch (error) {
    // The connection was lost as soon as it was there: Node.js 22 throws what later versions tell the stream.
    throw new CallNotTakenError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** What a call that is over has come to; undefined when all is well. */
function outcomeOf(headers: IncomingHttpHeaders, messages: MessageFinder, path: string): Error | undefined {
  const status = text(headers['grpc-status']);
  if (status === undefined) {
    const httpStatus = Number(headers[constants.HTTP2_HEADER_STATUS] ?? constants.HTTP_STATUS_OK);
    if (httpStatus === constants.HTTP_STATUS_OK)
      return new CriError('UNAVAILABLE', `the connection was lost before ${path} was answered`);
    return new CriError('UNKNOWN', `${path} was answered with HTTP status ${httpStatus}: is this a CRI runtime?`);
  }
  if (status === '0')
    return messages.isBetweenMessages
      ? undefined
      : new CriError('INTERNAL', `the answer to ${path} ends within a message`);
  const message = readable(text(headers['grpc-message']) ?? '');
  const name = grpcStatusName(status);
  return name === 'NOT_FOUND' ? new NotFound(message) : new CriError(name, message);
}

function text(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}

/** The message is percent-encoded; one that is not is taken as it is. */
function readable(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}
