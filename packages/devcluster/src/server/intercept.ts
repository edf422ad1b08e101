/** A request as a fault hook sees it. */
export interface InterceptedRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  user: string;
}

/** A failure to give instead of the answer: a status with a body, or a connection that breaks. */
export type Fault = 'reset' | { code: number; body?: object; headers?: Readonly<Record<string, string>> };

/**
 * Called before every authenticated request; what it gives back replaces the answer, and the request is not carried
 * out. It may wait, to make the server slow.
 */
export type Intercept = (request: InterceptedRequest) => Fault | undefined | Promise<Fault | undefined>;
