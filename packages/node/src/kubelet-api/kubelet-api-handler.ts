import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '../provider/logger.ts';
import type { CoreMetrics } from '../telemetry/core-metrics.ts';
import type { Clock } from '../work/clock.ts';
import type { KubeletNode } from './kubelet-node.ts';
import type { RequestAccess } from './request-access.ts';

/**
 * The nodes behind one listener: one, which serves every route; or many, which serve the routes that name a pod. The other
 * routes are then answered with 404, and a pod that is on none of the nodes is asked about on `nodes` with an empty name,
 * which only those may do who may ask every node.
 */
export type ServedNodes =
  | { readonly node: KubeletNode }
  | { readonly nodeOfPod: (namespace: string, pod: string) => KubeletNode | undefined };

/** How long streams may be silent and may take to begin. */
export interface StreamTimeouts {
  /** A stream on which nothing was sent either way for this long is closed. 4 hours by default; 0 means never. */
  readonly idleMilliseconds?: number;
  /** Within this time the client has opened all parts of a stream. 30 s by default. */
  readonly creationMilliseconds?: number;
}

export interface KubeletApiOptions {
  readonly serves: ServedNodes;
  readonly access: RequestAccess;
  /** Silent by default. */
  readonly log?: Logger;
  readonly clock?: Clock;
  readonly streams?: StreamTimeouts;
  /** How long a provider call that is no stream may take. 120,000 by default. */
  readonly providerTimeoutMilliseconds?: number;
  /** Requests and open streams are counted here; for nobody by default. */
  readonly metrics?: CoreMetrics;
  /** What `/metrics` answers, in Prometheus's text format. By default the text of `metrics`, without what is about other nodes. */
  readonly processMetrics?: () => string;
}

/** The kubelet API for a server of one's own: `server.on('request', ...)` and `server.on('upgrade', ...)`. */
export interface KubeletApiHandler {
  /** Answers one request. Everything that can go wrong is answered or logged; it never throws. */
  readonly handleRequest: (request: IncomingMessage, response: ServerResponse) => void;
  /** Takes over the socket of one upgrade request, which is closed in every case. It never throws. */
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /**
   * Takes no new requests (503) and tells open streams to end. Resolves when all have ended; what has not when `force` is
   * aborted is cut off.
   */
  readonly drain: (force: AbortSignal) => Promise<void>;
}
