import type { IncomingMessage } from 'node:http';
import type { ProviderCalls } from '../pods/provider-calls.ts';
import type { Logger } from '../provider/logger.ts';
import type { CoreMetrics } from '../telemetry/core-metrics.ts';
import type { Clock } from '../work/clock.ts';
import type { Exchange } from './exchange/exchange.ts';
import type { KubeletApiOptions } from './kubelet-api-handler.ts';
import type { KubeletNode } from './kubelet-node.ts';
import type { FoundRoute } from './routing/find-route.ts';

/** What every handler may use. */
export interface ApiServices {
  readonly clock: Clock;
  readonly streams: NonNullable<KubeletApiOptions['streams']>;
  readonly processMetrics: () => string;
  readonly providerCalls: ProviderCalls;
  readonly metrics: CoreMetrics;
  /** Names of the nodes that write a checkpoint at the moment. */
  readonly checkpoints: Set<string>;
}

/** A request that may be served: somebody known asks, and may. */
export interface ApiCall {
  readonly request: IncomingMessage;
  readonly exchange: Exchange;
  readonly found: FoundRoute;
  readonly query: URLSearchParams;
  readonly node: KubeletNode;
  readonly log: Logger;
  readonly services: ApiServices;
}
