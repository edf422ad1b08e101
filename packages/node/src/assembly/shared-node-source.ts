import type { KubeClient } from '../kube/client.ts';
import { Reflector } from '../kube/reflector.ts';
import { nodes } from '../kube/resource.ts';
import type { NodeSource } from '../node-object/node-source.ts';
import type { Logger } from '../provider/logger.ts';
import type { Node } from '../provider/wire.ts';
import type { CoreMetrics } from '../telemetry/core-metrics.ts';
import type { Clock } from '../work/clock.ts';
import { watchProblemReporter } from './watch-problem-reporter.ts';

type Handlers = Parameters<NodeSource['subscribe']>[1];

export interface SharedNodeSourceOptions {
  readonly names: readonly string[];
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly metrics: CoreMetrics;
}

/** One watch for the Nodes of this process: its own, or with many all that carry the label of a virtual kubelet. */
export class SharedNodeSource implements NodeSource {
  readonly #reflector: Reflector<Node>;
  readonly #handlers = new Map<string, Handlers>();

  constructor({ names, client, clock, log, random, metrics }: SharedNodeSourceOptions) {
    const [only] = names;
    this.#reflector = new Reflector({
      client,
      clock,
      type: nodes,
      random,
      ...(names.length === 1 && only !== undefined ? { name: only } : { labelSelector: 'type=virtual-kubelet' }),
      onProblem: watchProblemReporter(log, metrics, 'nodes'),
      onHandlerError: (error) => log.error('A node could not be taken in', { error }),
      handlers: {
        onApply: (node) => this.#handlers.get(node.metadata?.name ?? '')?.onApply(node),
        onDelete: (last) => this.#handlers.get(last.metadata?.name ?? '')?.onDelete(last),
      },
    });
  }

  run(signal: AbortSignal): Promise<void> {
    return this.#reflector.run(signal);
  }

  subscribe(name: string, handlers: Handlers): () => void {
    this.#handlers.set(name, handlers);
    const known = this.#reflector.store.get('', name);
    if (known !== undefined) handlers.onApply(known);
    return () => this.#handlers.delete(name);
  }
}
