import { createServer, constants, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { once } from 'node:events';
import type { MessageType } from '../client/service-method.ts';

/** What a fake service answers with instead of a message. */
export class GrpcFailure extends Error {
  override readonly name = 'GrpcFailure';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

interface MethodDefinition {
  readonly name: string;
  readonly requestType: MessageType<unknown>;
  readonly responseType: MessageType<unknown>;
  readonly responseStream: boolean;
}

interface ServiceDefinition {
  readonly fullName: string;
  readonly methods: Readonly<Record<string, MethodDefinition>>;
}

/** How a method is answered; a stream sends messages until its signal is aborted. */
type Handlers<Methods> = {
  readonly [Name in keyof Methods]?: Methods[Name] extends {
    readonly requestType: MessageType<infer Request>;
    readonly responseType: MessageType<infer Response>;
  }
    ? (
        request: Request,
        stream: { readonly send: (message: Response) => void; readonly signal: AbortSignal },
      ) => Promise<Response | undefined>
    : never;
};

type AnyHandler = (
  request: unknown,
  stream: { readonly send: (message: unknown) => void; readonly signal: AbortSignal },
) => Promise<unknown>;

const prefixBytes = 5;
const unimplemented = 12;
const unknown = 2;

/** A gRPC server on a Unix socket, no more of it than tests need. Methods without a handler answer UNIMPLEMENTED. */
export class GrpcServer {
  readonly #server: Http2Server = createServer();
  readonly #methods = new Map<string, { readonly definition: MethodDefinition; readonly handler: AnyHandler }>();
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #before: (method: string, signal: AbortSignal) => Promise<void>;
  /** The names of the methods that were called, in order. */
  readonly calls: string[] = [];

  /** @param before is awaited before each call is answered; what it throws is the answer. */
  constructor(before: (method: string, signal: AbortSignal) => Promise<void> = () => Promise.resolve()) {
    this.#before = before;
    this.#server.on('session', (session) => {
      this.#sessions.add(session);
      session.on('close', () => this.#sessions.delete(session));
    });
    this.#server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      this.#answer(stream, String(headers[constants.HTTP2_HEADER_PATH])).catch((error: unknown) => {
        // The client has gone before it had said everything.
        if (!stream.destroyed) stream.destroy(error as Error);
      });
    });
  }

  serve<Definition extends ServiceDefinition>(service: Definition, handlers: Handlers<Definition['methods']>): void {
    for (const [key, handler] of Object.entries(handlers)) {
      const definition = service.methods[key];
      if (definition === undefined) throw new RangeError(`${service.fullName} has no method ${key}`);
      this.#methods.set(`/${service.fullName}/${definition.name}`, { definition, handler: handler as AnyHandler });
    }
  }

  async listen(path: string): Promise<void> {
    this.#server.listen(path);
    await once(this.#server, 'listening');
  }

  /** Ends every connection at once, as when the process of a runtime is killed. */
  async close(): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  async #answer(stream: ServerHttp2Stream, path: string): Promise<void> {
    const life = new AbortController();
    stream.on('close', () => life.abort());
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    const method = this.#methods.get(path);
    const name = path.split('/').at(-1) ?? '';
    this.calls.push(name);
    let outcome = { code: unimplemented, message: `unknown method ${path}` };
    if (method !== undefined) {
      const { definition, handler } = method;
      const send = (message: unknown): void => {
        if (!stream.destroyed) stream.write(framed(definition.responseType.encode(message).finish()));
      };
      try {
        await this.#before(name, life.signal);
        const request = definition.requestType.decode(Buffer.concat(parts).subarray(prefixBytes));
        const response = await handler(request, { send, signal: life.signal });
        if (response !== undefined) send(response);
        outcome = { code: 0, message: '' };
      } catch (error) {
        const { code, message } = error instanceof GrpcFailure ? error : { code: unknown, message: String(error) };
        outcome = { code, message };
      }
    }
    stream.on('wantTrailers', () => {
      stream.sendTrailers({ 'grpc-status': String(outcome.code), 'grpc-message': encodeURIComponent(outcome.message) });
    });
    stream.end();
  }
}

function framed(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
