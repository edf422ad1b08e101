import type { KubeClient } from '../kube/client.ts';
import { Reflector } from '../kube/reflector.ts';
import { pods } from '../kube/resource.ts';
import type { PodSource, PodSourceHandlers } from '../pods/pod-source.ts';
import type { Logger } from '../provider/logger.ts';
import type { PodRef } from '../provider/pod-ref.ts';
import type { Pod } from '../provider/wire.ts';
import type { CoreMetrics } from '../telemetry/core-metrics.ts';
import type { Clock } from '../work/clock.ts';
import { watchProblemReporter } from './watch-problem-reporter.ts';

export interface SharedPodSourceOptions {
  readonly names: readonly string[];
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly metrics: CoreMetrics;
}

/** One watch for the pods of all nodes, given out by node name. For a single node only its own pods are watched. */
export class SharedPodSource {
  readonly #reflector: Reflector<Pod>;
  readonly #handlers = new Map<string, PodSourceHandlers>();

  constructor({ names, client, clock, log, random, metrics }: SharedPodSourceOptions) {
    const [only] = names;
    this.#reflector = new Reflector({
      client,
      clock,
      type: pods,
      random,
      // With many nodes one watch of all bound pods costs less than a watch for each node.
      fieldSelector: names.length === 1 && only !== undefined ? `spec.nodeName=${only}` : 'spec.nodeName!=',
      onProblem: watchProblemReporter(log, metrics, 'pods'),
      onHandlerError: (error) => log.error('A pod could not be taken in', { error }),
      handlers: {
        onApply: (pod) => this.#handlers.get(pod.spec?.nodeName ?? '')?.onApply(pod),
        onHistoryReplaced: () => this.#handlers.forEach((handlers) => handlers.onHistoryReplaced()),
        onDelete: (last) => this.#handlers.get(last.spec?.nodeName ?? '')?.onDelete(last),
      },
    });
  }

  run(signal: AbortSignal): Promise<void> {
    return this.#reflector.run(signal);
  }

  /** The pod, where it is in the cache under this UID. */
  find({ namespace, name, uid }: PodRef): Pod | undefined {
    const pod = this.#reflector.store.get(namespace, name);
    return pod?.metadata?.uid === uid ? pod : undefined;
  }

  /** The node that the pod of this name is bound to. */
  nodeNameOf(namespace: string, name: string): string | undefined {
    return this.#reflector.store.get(namespace, name)?.spec?.nodeName;
  }

  /** The pods of one node. */
  of(nodeName: string): PodSource {
    return {
      synced: this.#reflector.synced,
      subscribe: (handlers) => {
        this.#handlers.set(nodeName, handlers);
        for (const pod of this.#reflector.store.list()) if (pod.spec?.nodeName === nodeName) handlers.onApply(pod);
        return () => this.#handlers.delete(nodeName);
      },
    };
  }
}
