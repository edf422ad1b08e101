import type { KubeClient } from '../kube/client.ts';
import { configMaps, secrets, services, type ResourceType } from '../kube/resource.ts';
import type { WatchProblem } from '../kube/watch-recovery.ts';
import { silentLogger, type Logger } from '../provider/logger.ts';
import type { ConfigMap, Secret } from '../provider/wire.ts';
import type { Clock } from '../work/clock.ts';
import { kubeWatchSource, type KubeWatchSourceOptions } from './kube-watch-source.ts';
import { ObjectWatches } from './object-watches.ts';
import { ServiceWatches } from './service-watches.ts';

/** The watches of what pods refer to: one set for all nodes that share a client. */
export interface ResourceWatches {
  readonly configMaps: ObjectWatches<ConfigMap>;
  readonly secrets: ObjectWatches<Secret>;
  readonly services: ServiceWatches;
  /** Ends every watch and waits for them. */
  close(): Promise<void>;
}

/** Makes the watches. Nothing is asked of the API server before a pod needs it. */
export function createResourceWatches(options: {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log?: Logger;
  /** How long a watch is kept after its last user; 10 s by default. */
  readonly lingerMilliseconds?: number;
  readonly random?: () => number;
  /** Hears of every watch that breaks off and begins again. */
  readonly onProblem?: (resource: string, problem: WatchProblem) => void;
}): ResourceWatches {
  const { client, clock, log = silentLogger, lingerMilliseconds, random } = options;
  const common = {
    clock,
    log,
    ...(lingerMilliseconds !== undefined && { lingerMilliseconds }),
    ...(random !== undefined && { random }),
  };
  const source = <T>(type: ResourceType<T>): KubeWatchSourceOptions<T> => ({
    client,
    clock,
    random,
    type,
    onProblem: (problem) => options.onProblem?.(type.plural, problem),
  });
  const watches = {
    configMaps: new ObjectWatches({
      ...common,
      subject: 'configmaps',
      source: kubeWatchSource(source(configMaps)),
    }),
    secrets: new ObjectWatches({
      ...common,
      subject: 'secrets',
      source: kubeWatchSource(source(secrets)),
    }),
    services: new ServiceWatches({
      ...common,
      subject: 'services',
      source: kubeWatchSource(source(services)),
    }),
  };
  return {
    ...watches,
    close: async () => {
      await Promise.all([watches.configMaps.close(), watches.secrets.close(), watches.services.close()]);
    },
  };
}
