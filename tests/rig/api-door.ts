import type { InProcessAnswer, InProcessCluster } from '@vk/devcluster';
import {
  createKubeClient,
  KubeConnectionError,
  type KubeClient,
  type KubeExchange,
  type KubeMiddleware,
  type KubeResponse,
} from '@vk/node';
import type { History } from './history.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/** The way from the processes to the API server, with the faults that are scripted on it. */
export class ApiDoor {
  /** Replaced when the server comes back from a copy. */
  cluster: InProcessCluster;
  /** Stand around every exchange, the first outermost. */
  readonly faults: KubeMiddleware[] = [];
  readonly #history: History;
  readonly #onActivity: () => void;
  readonly #streams = new Set<AbortController>();
  readonly #silent = new WeakSet<AbortController>();
  #requests = 0;

  constructor(options: {
    readonly cluster: InProcessCluster;
    readonly history: History;
    readonly onActivity: () => void;
  }) {
    this.cluster = options.cluster;
    this.#history = options.history;
    this.#onActivity = options.onActivity;
  }

  /** Adds a fault; gives back what ends it. */
  addFault(fault: KubeMiddleware): () => void {
    this.faults.push(fault);
    return () => {
      const index = this.faults.indexOf(fault);
      if (index !== -1) this.faults.splice(index, 1);
    };
  }

  /** Breaks every watch that is open. */
  breakStreams(): void {
    for (const stream of this.#streams) stream.abort(new Error('the connection was reset'));
  }

  /** Lets nothing more come through the watches that are open, and says so to nobody. */
  silenceStreams(): void {
    for (const stream of this.#streams) this.#silent.add(stream);
  }

  /** The client of a process: the real one, with the network left out. */
  clientFor(process: SimulatedProcess): KubeClient {
    return createKubeClient({
      cluster: {
        server: 'http://api.invalid',
        source: 'the rig',
        credentials: { current: () => Promise.resolve({ tls: {}, headers: {} }), refresh: () => true },
      },
      clock: process.clock,
      userAgent: process.name,
      middleware: (exchange) => this.#send(process, exchange),
    });
  }

  #send(process: SimulatedProcess, exchange: KubeExchange): Promise<KubeResponse> {
    const label = `${exchange.verb} ${exchange.path}`;
    const innermost = (inner: KubeExchange): Promise<KubeResponse> => this.#carry(process, inner);
    const send = this.faults.reduceRight<(exchange: KubeExchange) => Promise<KubeResponse>>(
      (next, fault) => (inner) => fault(inner, next),
      innermost,
    );
    return orAborted(
      exchange.signal,
      process.cross(label, () => send(exchange)),
    );
  }

  async #carry(process: SimulatedProcess, exchange: KubeExchange): Promise<KubeResponse> {
    const { method, path, query = {}, body, signal } = exchange;
    signal.throwIfAborted();
    const id = ++this.#requests;
    this.#history.add({ kind: 'request', id, by: process.name, method, path, query, body });
    const connection = new AbortController();
    const leave = (): void => connection.abort();
    signal.addEventListener('abort', leave, { once: true });
    process.gone.addEventListener('abort', leave, { once: true });
    const release = (): void => {
      signal.removeEventListener('abort', leave);
      process.gone.removeEventListener('abort', leave);
      this.#streams.delete(connection);
    };
    const answer = await sendTo(this.cluster, exchange, exchange.streaming ? connection.signal : undefined);
    if (exchange.streaming) {
      this.#streams.add(connection);
      this.#history.add({ kind: 'answer', id, by: process.name, status: answer.status, body: undefined });
      return responseOf(answer, () => this.#read(process, exchange, answer, connection, release));
    }
    const text = await textOf(answer.body);
    release();
    this.#history.add({ kind: 'answer', id, by: process.name, status: answer.status, body: parsed(text) });
    return answerWith(answer.status, text, answer.headers);
  }

  async *#read(
    process: SimulatedProcess,
    exchange: KubeExchange,
    answer: InProcessAnswer,
    connection: AbortController,
    release: () => void,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of answer.body) {
        this.#onActivity();
        await process.alive();
        if (!this.#silent.has(connection)) yield chunk;
      }
    } catch (cause) {
      await process.alive();
      if (exchange.signal.aborted) throw exchange.signal.reason;
      throw new KubeConnectionError({ message: 'the connection was reset', code: 'ECONNRESET', cause });
    } finally {
      release();
    }
  }
}

function sendTo(
  cluster: InProcessCluster,
  exchange: KubeExchange,
  signal: AbortSignal | undefined,
): Promise<InProcessAnswer> {
  const { method, path, query = {}, body, contentType = 'application/json', accept = 'application/json' } = exchange;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
  return cluster.send({
    method,
    url: parameters.size === 0 ? path : `${path}?${parameters.toString()}`,
    headers: { accept, ...(body !== undefined && { 'content-type': contentType }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal !== undefined && { signal }),
  });
}

/** An answer that is there as a whole. */
export function answerWith(status: number, text: string, headers: KubeResponse['headers'] = {}): KubeResponse {
  return {
    status,
    headers,
    text: () => Promise.resolve(text),
    async *bytes() {
      yield Buffer.from(text);
    },
  };
}

function responseOf(answer: InProcessAnswer, bytes: () => AsyncIterable<Uint8Array>): KubeResponse {
  return { status: answer.status, headers: answer.headers, text: () => textOf(bytes()), bytes };
}

export async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

/** What a caller of a real connection gets: the reason of the abort as soon as it is aborted. */
function orAborted<T>(signal: AbortSignal, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
