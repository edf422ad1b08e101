import { CallNotTakenError, CriError } from './cri-error.ts';
import { grpcCall } from './grpc-call.ts';
import { MessageReader } from './message-reader.ts';
import type { RuntimeConnection } from './runtime-connection.ts';
import type { StreamMethod, UnaryMethod } from './service-method.ts';

/** When a call is given up. Deadlines are the caller's: they run on its clock, and abort the signal. */
export interface CallLimits {
  readonly signal: AbortSignal;
}

/** One service of a runtime. */
export class GrpcChannel {
  readonly #connection: RuntimeConnection;
  readonly #service: string;

  constructor(connection: RuntimeConnection, service: string) {
    this.#connection = connection;
    this.#service = service;
  }

  /**
   * @throws NotFound when the runtime says so.
   * @throws CriError for all else that the runtime answers, and where it cannot be reached.
   */
  async call<Request, Response>(
    method: UnaryMethod<Request, Response>,
    request: Request,
    { signal }: CallLimits,
  ): Promise<Response> {
    let answer: Response | undefined;
    await this.#call(method, request, signal, (message) => {
      answer = message;
    });
    if (answer === undefined) throw new CriError('INTERNAL', `${method.name} was answered without a message`);
    return answer;
  }

  /**
   * Calls `onMessage` for each message until the stream ends or `signal` is aborted, which is no error.
   *
   * @throws as `call` does.
   */
  async stream<Request, Response>(
    method: StreamMethod<Request, Response>,
    request: Request,
    signal: AbortSignal,
    onMessage: (message: Response) => void,
  ): Promise<void> {
    try {
      await this.#call(method, request, signal, onMessage);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #call<Request, Response>(
    { name, requestType, responseType }: UnaryMethod<Request, Response>,
    request: Request,
    signal: AbortSignal,
    onMessage: (message: Response) => void,
  ): Promise<void> {
    const call = {
      path: `/${this.#service}/${name}`,
      request: requestType.encode(request).finish(),
      signal,
      onMessage: (message: Buffer): void => onMessage(responseType.decode(new MessageReader(message))),
    };
    try {
      await grpcCall(this.#connection.current ?? (await this.#connection.open(signal)), call);
    } catch (error) {
      if (!(error instanceof CallNotTakenError)) throw error;
      // The connection had gone and nobody had noticed.
      await grpcCall(this.#connection.current ?? (await this.#connection.open(signal)), call);
    }
  }
}
