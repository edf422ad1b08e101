import type { Duplex } from 'node:stream';
import type { Timer } from '../clock.ts';
import { asError, StreamingError } from '../errors/streaming-error.ts';
import { LifeSigns } from '../options/life-signs.ts';
import type { StreamingSettings } from '../options/streaming-options.ts';
import type { StreamingServerConnection } from './dial-streaming-server.ts';
import { Outlet } from './outlet.ts';
import { asItIs, type JoinedSides, type Translate, type Translation } from './translation.ts';

export interface JoinedClient {
  readonly socket: Duplex;
  /** What was read of it already. */
  readonly head: Buffer;
}

/**
 * Joins a client to a streaming server, with backpressure both ways. What one says before its end is handed over, however long that
 * takes; the other then has `timeouts.linger` to end too. Resolves when both are closed.
 *
 * @throws StreamingError `PeerGone` when one was broken off, `IdleTimeout` when neither said anything for `timeouts.idle`, or what the
 *   translation failed with; the reason of `signal` when that ended them.
 */
export async function joinStreamingServer(
  client: JoinedClient,
  server: StreamingServerConnection,
  settings: StreamingSettings,
  translate: Translate = asItIs,
): Promise<void> {
  await new StreamJoin(client, server, settings, translate).run();
}

class StreamJoin implements JoinedSides {
  readonly #client: Duplex;
  readonly #server: Duplex;
  readonly #toClient: Outlet;
  readonly #toServer: Outlet;
  readonly #settings: StreamingSettings;
  readonly #translation: Translation;
  readonly #lifeSigns: LifeSigns;
  readonly #readServer: StreamingServerConnection['readTo'];
  readonly #head: Buffer;
  #linger: Timer | undefined;
  #failure: Error | undefined;

  constructor(
    client: JoinedClient,
    server: StreamingServerConnection,
    settings: StreamingSettings,
    translate: Translate,
  ) {
    this.#client = client.socket;
    this.#head = client.head;
    this.#server = server.socket;
    this.#readServer = (read) => server.readTo(read);
    this.#toClient = new Outlet(client.socket);
    this.#toServer = new Outlet(server.socket);
    this.#settings = settings;
    this.#translation = translate(this);
    this.#lifeSigns = new LifeSigns({
      settings,
      ping: () => this.#translation.ping(),
      onIdle: (reason) => this.#translation.broken(reason),
    });
  }

  async run(): Promise<void> {
    const { signal } = this.#settings;
    const translation = this.#translation;
    const onAbort = (): void => translation.broken(asError(signal?.reason));
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const bothClosed = Promise.all([
        this.#untilClosed(this.#client, {
          onEnd: () => translation.clientEnded(),
          onLost: (reason) => this.fail(reason),
        }),
        this.#untilClosed(this.#server, {
          onEnd: () => translation.serverEnded(),
          onLost: (reason) => translation.broken(reason),
        }),
      ]);
      if (signal?.aborted === true) onAbort();
      this.#readServer((bytes) => this.#serverSaid(bytes));
      void translation.opened.then(() => this.#readClient());
      await bothClosed;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      translation.stop();
      this.#lifeSigns.stop();
      this.#linger?.cancel();
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  get unfetchedBytes(): number {
    return this.#client.writableLength;
  }

  toClient(...pieces: readonly Uint8Array[]): void {
    this.#toClient.write(pieces);
  }

  toServer(...pieces: readonly Uint8Array[]): void {
    this.#toServer.write(pieces);
  }

  endClient(): void {
    this.#end(this.#client);
  }

  endServer(): void {
    this.#end(this.#server);
  }

  fail(reason: Error, lastWords?: Uint8Array): void {
    this.#failure ??= reason;
    this.#server.destroy();
    if (lastWords === undefined) {
      this.#client.destroy();
    } else {
      this.toClient(lastWords);
      this.endClient();
      // Its end is all that is still to be read, and not waited for by one that does not fetch what was said to it.
      this.#client.resume();
      this.#lingerOnce();
    }
  }

  #readClient(): void {
    const [client, server] = [this.#client, this.#server];
    client.on('data', (bytes: Buffer) => this.#clientSaid(bytes));
    const goOn = (): void => {
      client.resume();
      this.#lifeSigns.reading(true);
    };
    server.on('drain', goOn);
    // Nothing that the client says can be handed on any more, but its end is to be seen.
    server.on('close', goOn);
    if (this.#head.length > 0) this.#translation.fromClient(this.#head);
  }

  #clientSaid(bytes: Buffer): void {
    this.#lifeSigns.mark();
    this.#toServer.batch();
    this.#translation.fromClient(bytes);
    this.#toServer.afterWritten(() => free(bytes));
    if (this.#server.writableNeedDrain && !this.#client.isPaused()) {
      this.#client.pause();
      this.#lifeSigns.reading(false);
    }
  }

  /** Whether more may be read: what was read into is overwritten then. */
  #serverSaid(bytes: Buffer): boolean {
    this.#lifeSigns.mark();
    this.#client.cork();
    this.#translation.fromServer(bytes);
    this.#client.uncork();
    return !this.#toClient.afterWritten(() => this.#server.resume());
  }

  #end(side: Duplex): void {
    if (side.writableEnded || side.destroyed) return;
    side.once('finish', () => this.#lingerOnce());
    side.end();
  }

  /** Everything was said to one side: it is to end now, too. */
  #lingerOnce(): void {
    const { clock, timeouts } = this.#settings;
    this.#linger ??= clock.setTimer(
      () => this.fail(new StreamingError('PeerGone', 'only one side ended the stream')),
      timeouts.linger,
    );
  }

  #untilClosed(
    side: Duplex,
    { onEnd, onLost }: { readonly onEnd: () => void; readonly onLost: (reason: Error) => void },
  ): Promise<void> {
    const lost = (message: string, cause?: unknown): void => {
      if (this.#failure === undefined) onLost(new StreamingError('PeerGone', message, { cause }));
    };
    return new Promise((resolve) => {
      side.on('end', onEnd);
      side.on('error', (error) => lost(`the connection was lost: ${error.message}`, error));
      const onClose = (): void => {
        if (!side.readableEnded) lost('the connection was broken off');
        resolve();
      };
      // One that is closed already will not say so again.
      if (side.closed) onClose();
      else side.on('close', onClose);
    });
  }
}

/**
 * Gives back the memory of a buffer that has it for itself: nobody may look at it any more. It lies outside of V8's heap, and for
 * each 64 MB of such memory V8 looks through all that is in the heap.
 */
function free({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
