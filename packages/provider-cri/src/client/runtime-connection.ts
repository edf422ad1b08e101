import { connect, type ClientHttp2Session } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { CriError } from './cri-error.ts';
import { socketPath } from './endpoint.ts';

/** For how long a runtime that was there before is waited for. */
const reconnectMilliseconds = 2_000;
const pauseMilliseconds = 100;

/** An HTTP/2 connection to a Unix socket. It is made when it is first wanted, and made again whenever the runtime comes back. */
export class RuntimeConnection {
  readonly #path: string;
  readonly #life = new AbortController();
  #session: ClientHttp2Session | undefined;
  #opening: Promise<ClientHttp2Session> | undefined;

  constructor(endpoint: string) {
    this.#path = socketPath(endpoint) ?? endpoint;
  }

  /** The connection that there is. */
  get current(): ClientHttp2Session | undefined {
    const session = this.#session;
    // One that the runtime is about to close takes no more calls.
    return session === undefined || session.closed || session.destroyed ? undefined : session;
  }

  /**
   * A new connection, one for all who want it meanwhile. A runtime that was there before gets a moment to come back, so that what is asked
   * while it starts again does not fail.
   *
   * @throws CriError `UNAVAILABLE`, with the system's reason.
   * @throws The signal's reason, as soon as it is aborted.
   */
  open(signal: AbortSignal): Promise<ClientHttp2Session> {
    this.#opening ??= this.#openSoon().finally(() => {
      this.#opening = undefined;
    });
    const opening = this.#opening;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      opening.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
  }

  /** Lets the calls that are under way end, and takes no more. */
  close(): void {
    this.#life.abort();
    this.#session?.close();
  }

  async #openSoon(): Promise<ClientHttp2Session> {
    // By the clock of the host, as the pauses, which have to be sat out.
    const giveUpAt = performance.now() + (this.#session === undefined ? 0 : reconnectMilliseconds);
    const { signal } = this.#life;
    for (;;) {
      try {
        signal.throwIfAborted();
        this.#session = await openSession(this.#path, signal);
        return this.#session;
      } catch (error) {
        if (signal.aborted) throw new CriError('CANCELLED', 'the connection to the runtime is closed');
        const reason = error instanceof Error ? error.message : String(error);
        if (performance.now() >= giveUpAt)
          throw new CriError('UNAVAILABLE', `no connection to the runtime: ${reason}`, { cause: error });
      }
      await setTimeout(pauseMilliseconds);
    }
  }
}

function openSession(path: string, signal: AbortSignal): Promise<ClientHttp2Session> {
  return new Promise((resolve, reject) => {
    const session = connect('http://localhost', {
      createConnection: () => connectSocket(path),
      settings: { enablePush: false },
    });
    const onAbort = (): void => session.destroy();
    signal.addEventListener('abort', onAbort, { once: true });
    session.once('connect', () => {
      signal.removeEventListener('abort', onAbort);
      resolve(session);
    });
    // After it was open each call hears of it by itself.
    session.on('error', reject);
    session.once('close', () => {
      signal.removeEventListener('abort', onAbort);
      reject(new Error('the connection was closed as soon as it was open'));
    });
  });
}
