import type { EnvironmentNode } from '../environment/environment-sources.ts';
import type { KubeClient } from '../kube/client.ts';
import type { WatchProblem } from '../kube/watch-recovery.ts';
import type { InjectedPolicy } from '../provider/injected-fields.ts';
import type { Logger } from '../provider/logger.ts';
import type { PodRef } from '../provider/pod-ref.ts';
import type { ResourceCallback } from '../provider/provider-context.ts';
import type { Pod } from '../provider/wire.ts';
import type { PodResourceHandle } from '../resources/pod-resource-handle.ts';
import { PodResources } from '../resources/pod-resources.ts';
import { createResourceCallback } from '../resources/resource-callback.ts';
import { createResourceWatches } from '../resources/resource-watches.ts';
import { ServiceAccountTokens } from '../resources/service-account-tokens.ts';
import type { CoreMetrics } from '../telemetry/core-metrics.ts';
import { prepareVolumes, type PreparedVolumes } from '../volumes/prepare-volumes.ts';
import type { Clock } from '../work/clock.ts';

export interface SharedResourcesOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly metrics: CoreMetrics;
  readonly injected: InjectedPolicy;
  /** The API pod, where it is in the cache. */
  readonly findPod: (ref: PodRef) => Pod | undefined;
}

/** What pods refer to, watched once for all nodes of the process. */
export interface SharedResources {
  readonly pods: PodResources;
  readonly callback: ResourceCallback;
  prepareVolumes(
    pod: Pod,
    handle: PodResourceHandle,
    node: EnvironmentNode,
    signal: AbortSignal,
  ): Promise<PreparedVolumes>;
  /** Nothing more is needed for this pod. */
  readonly forget: (ref: PodRef) => void;
  close(): Promise<void>;
}

export function createSharedResources(options: SharedResourcesOptions): SharedResources {
  const { client, clock, log, random, metrics, injected, findPod } = options;
  const onProblem = (resource: string, { relist }: WatchProblem): void => metrics.watchRestarted(resource, relist);
  const watches = createResourceWatches({ client, clock, log, random, onProblem });
  const tokens = new ServiceAccountTokens({ client, clock });
  return {
    pods: new PodResources({ ...watches, injected }),
    callback: createResourceCallback({ client, watches, tokens, findPod, log }),
    prepareVolumes: (pod, handle, node, signal) =>
      prepareVolumes({ pod, handle, node, injected, tokens, clock, log, signal }),
    forget: ({ uid }) => tokens.forget(uid),
    close: () => watches.close(),
  };
}
