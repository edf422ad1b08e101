import { Client, connectivityState, credentials, Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { NotFound } from '@vk/node/provider';
import { CriError } from './cri-error.ts';
import { socketPath } from './endpoint.ts';
import { MessageReader } from './message-reader.ts';
import type { StreamMethod, UnaryMethod } from './service-method.ts';

/** A listing of everything on a busy host is larger than the 4 MiB that gRPC allows by default; the kubelet allows 16. */
const largestMessage = 64 * 1024 * 1024;

/** Longer than the longest pause between two tries to connect. */
const reconnectMilliseconds = 2_000;

/** When a call is given up. Deadlines are the caller's: they run on its clock, and abort the signal. */
export interface CallLimits {
  readonly signal: AbortSignal;
}

/** A connection to one service on a Unix socket. It is made at the first call, and made again whenever the runtime comes back. */
export class GrpcChannel {
  readonly #client: Client;
  readonly #service: string;

  constructor(endpoint: string, service: string) {
    this.#service = service;
    this.#client = new Client(`unix://${socketPath(endpoint) ?? endpoint}`, credentials.createInsecure(), {
      'grpc.max_receive_message_length': largestMessage,
      'grpc.max_send_message_length': largestMessage,
      'grpc.default_authority': 'localhost',
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.min_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 1_000,
      'grpc.enable_http_proxy': 0,
      'grpc.service_config_disable_resolution': 1,
    });
  }

  /**
   * @throws NotFound when the runtime says so.
   * @throws CriError for all else that the runtime answers.
   */
  async call<Request, Response>(
    method: UnaryMethod<Request, Response>,
    request: Request,
    { signal }: CallLimits,
  ): Promise<Response> {
    signal.throwIfAborted();
    await this.#reconnected(signal);
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const onAbort = (): void => running.cancel();
      const running = this.#client.makeUnaryRequest(
        `/${this.#service}/${method.name}`,
        (message: Request) => Buffer.from(method.requestType.encode(message).finish()),
        (bytes: Buffer) => method.responseType.decode(new MessageReader(bytes)),
        request,
        new Metadata(),
        {},
        (error, response) => {
          signal.removeEventListener('abort', onAbort);
          if (error === null && response !== undefined) resolve(response);
          else reject(signal.aborted ? signal.reason : meaningOf(error, method.name));
        },
      );
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** After a lost connection: a moment for a runtime that is starting again, so that what is asked just then does not fail. */
  async #reconnected(signal: AbortSignal): Promise<void> {
    if (this.#client.getChannel().getConnectivityState(true) !== connectivityState.TRANSIENT_FAILURE) return;
    const waited = Promise.withResolvers<void>();
    const onAbort = (): void => waited.resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    // By the clock of the host, as the pauses between two tries that have to be sat out. Where it takes longer, the call itself
    // says why.
    this.#client.waitForReady(Date.now() + reconnectMilliseconds, () => waited.resolve());
    await waited.promise;
    signal.removeEventListener('abort', onAbort);
  }

  /** Calls `onMessage` for each message until the stream ends or `signal` is aborted, which is no error. */
  stream<Request, Response>(
    method: StreamMethod<Request, Response>,
    request: Request,
    signal: AbortSignal,
    onMessage: (message: Response) => void,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const running = this.#client.makeServerStreamRequest(
        `/${this.#service}/${method.name}`,
        (message: Request) => Buffer.from(method.requestType.encode(message).finish()),
        (bytes: Buffer) => method.responseType.decode(new MessageReader(bytes)),
        request,
      );
      const onAbort = (): void => running.cancel();
      signal.addEventListener('abort', onAbort, { once: true });
      running.on('data', onMessage);
      running.on('error', (error: ServiceError) => {
        signal.removeEventListener('abort', onAbort);
        if (signal.aborted) resolve();
        else reject(meaningOf(error, method.name));
      });
      running.on('end', () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
    });
  }

  close(): void {
    this.#client.close();
  }
}

function meaningOf(error: ServiceError | null, method: string): Error {
  if (error === null) return new CriError('UNKNOWN', `${method} gave no answer`);
  if (error.code === status.NOT_FOUND) return new NotFound(error.details, { cause: error });
  return new CriError(status[error.code] ?? String(error.code), error.details, { cause: error });
}
