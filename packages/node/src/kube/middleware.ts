import type { KubeRequest } from './client.ts';

/** A request on its way, and whether its answer is streamed. */
export interface KubeExchange extends KubeRequest {
  readonly streaming: boolean;
}

/** An answer as it came, whatever its status. One of the two must be read to the end, else the connection stays taken. */
export interface KubeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  text(): Promise<string>;
  bytes(): AsyncIterable<Uint8Array>;
}

export type SendExchange = (exchange: KubeExchange) => Promise<KubeResponse>;

/**
 * Stands around every exchange with the API server, also around the second try after a 401. It may look, change the request,
 * answer by itself, or throw before or after calling `next`: what a fault test needs.
 */
export type KubeMiddleware = (exchange: KubeExchange, next: SendExchange) => Promise<KubeResponse>;
