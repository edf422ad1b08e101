/** What is asked of the API server, in its own words. */
export type KubeVerb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

export interface KubeRequest {
  readonly verb: KubeVerb;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the root of the API, for example `/api/v1/pods`, already encoded. */
  readonly path: string;
  /** A parameter that is undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** `application/json` by default. */
  readonly contentType?: string;
  /** `application/json` by default. */
  readonly accept?: string;
  readonly signal: AbortSignal;
  /**
   * Goes ahead of every request that waits for a connection and is not urgent: a node's signs of life, and what a call of the
   * kubelet API waits for. A storm of pod statuses must not cost the node its lease (KEP-1040 keeps a level of its own for these).
   */
  readonly urgent?: boolean;
  /** For a request, from its sending until the whole answer is here; for a stream, until it begins. 30 s by default. */
  readonly timeoutMilliseconds?: number;
}

/**
 * The one way to the API server. Both methods throw a `KubeError` for an answer other than 2xx, a `KubeConnectionError` when
 * there was no answer, and `signal.reason` when aborted.
 */
export interface KubeClient {
  /** Sends a request and gives the parsed JSON of the answer (undefined for an empty one). */
  request<T>(request: KubeRequest): Promise<T>;
  /** Sends a request and gives the bytes of the answer as they come, over connections of their own. Iterate it, or abort. */
  stream(request: KubeRequest): Promise<AsyncIterable<Uint8Array>>;
  /** Ends every connection. Requests in flight fail. */
  close(): Promise<void>;
}
