import type { ObservedExchange } from '../kube/create-kube-client.ts';
import type { ImageCheckResult } from '../provider/image-check.ts';
import type { Counter } from './counter.ts';
import type { Histogram } from './histogram.ts';
import { MetricRegistry } from './metric-registry.ts';
import {
  kubeletStreams,
  metricTable,
  type CallFailure,
  type KubeletStream,
  type PodChange,
  type WorkQueueName,
} from './metric-table.ts';

/** What the core records of itself. One for the life of a process: nodes that come and go record into the same. */
export class CoreMetrics {
  readonly registry: MetricRegistry;
  readonly #leaseLateness: Histogram<never>;
  readonly #podProviderLatency: Histogram<'change'>;
  readonly #podStatusLatency: Histogram<'change'>;
  readonly #callDuration: Histogram<'method'>;
  readonly #callErrors: Counter<'method' | 'reason'>;
  readonly #stepDuration: Histogram<'step'>;
  readonly #stepErrors: Counter<'step'>;
  readonly #rejections: Counter<'reason'>;
  readonly #preemptions: Counter<'resource'>;
  readonly #imageChecks: Counter<'result'>;
  readonly #retries: Counter<'queue'>;
  readonly #requests: Counter<'verb' | 'code'>;
  readonly #requestDuration: Histogram<'verb'>;
  readonly #watchRestarts: Counter<'resource' | 'relist'>;
  readonly #eventsDropped: Counter<never>;
  readonly #kubeletRequests: Counter<'route' | 'code'>;
  readonly #openStreams = new Map<KubeletStream, number>();

  constructor(registry: MetricRegistry = new MetricRegistry()) {
    this.registry = registry;
    this.#leaseLateness = registry.histogram(metricTable.leaseLateness);
    this.#podProviderLatency = registry.histogram(metricTable.podProviderLatency);
    this.#podStatusLatency = registry.histogram(metricTable.podStatusLatency);
    this.#callDuration = registry.histogram(metricTable.providerCallDuration);
    this.#callErrors = registry.counter(metricTable.providerCallErrors);
    this.#stepDuration = registry.histogram(metricTable.podStepDuration);
    this.#stepErrors = registry.counter(metricTable.podStepErrors);
    this.#rejections = registry.counter(metricTable.podRejections);
    this.#preemptions = registry.counter(metricTable.podPreemptions);
    this.#imageChecks = registry.counter(metricTable.imageChecks);
    this.#retries = registry.counter(metricTable.retries);
    this.#requests = registry.counter(metricTable.apiRequests);
    this.#requestDuration = registry.histogram(metricTable.apiRequestDuration);
    this.#watchRestarts = registry.counter(metricTable.watchRestarts);
    this.#eventsDropped = registry.counter(metricTable.eventsDropped);
    this.#kubeletRequests = registry.counter(metricTable.kubeletRequests);
    registry.read(metricTable.kubeletStreams, () =>
      kubeletStreams.map((stream) => [{ stream }, this.#openStreams.get(stream) ?? 0]),
    );
  }

  /** One exchange with the API server: what `createKubeClient` takes as `onRequest`. */
  readonly apiRequest = ({ verb, status, durationMilliseconds }: ObservedExchange): void => {
    this.#requests.add({ verb, code: status === undefined ? 'none' : String(status) });
    this.#requestDuration.observe({ verb }, durationMilliseconds / 1_000);
  };

  /** One call of the provider; `failure` says what it failed with. */
  providerCall(method: string, milliseconds: number, failure: CallFailure | undefined): void {
    this.#callDuration.observe({ method }, milliseconds / 1_000);
    if (failure !== undefined) this.#callErrors.add({ method, reason: failure });
  }

  /** A subscription ended with an error: how long it lasted says nothing. */
  providerSubscriptionFailed(method: string, failure: CallFailure): void {
    this.#callErrors.add({ method, reason: failure });
  }

  /** One step that a provider took for a pod by itself. */
  podStep(step: string, milliseconds: number, { failed }: { readonly failed: boolean }): void {
    this.#stepDuration.observe({ step }, milliseconds / 1_000);
    if (failed) this.#stepErrors.add({ step });
  }

  /** A pod is Failed before anything of it ran, for this reason. */
  podRejected(reason: string): void {
    this.#rejections.add({ reason });
  }

  /** A pod is ended so that a critical one has room, which lacks this. */
  podPreempted(resource: string): void {
    this.#preemptions.add({ resource });
  }

  imageChecked(result: ImageCheckResult): void {
    this.#imageChecks.add({ result });
  }

  podReachedProvider(change: PodChange, milliseconds: number): void {
    this.#podProviderLatency.observe({ change }, milliseconds / 1_000);
  }

  podStatusAcknowledged(change: PodChange, milliseconds: number): void {
    this.#podStatusLatency.observe({ change }, milliseconds / 1_000);
  }

  retried(queue: WorkQueueName): void {
    this.#retries.add({ queue });
  }

  watchRestarted(resource: string, relist: boolean): void {
    this.#watchRestarts.add({ resource, relist: String(relist) });
  }

  leaseRenewed(lateMilliseconds: number): void {
    this.#leaseLateness.observe({}, lateMilliseconds / 1_000);
  }

  eventDropped(): void {
    this.#eventsDropped.add({});
  }

  /** One request to the kubelet API. `route` is the path up to its parameters, `code` undefined when nobody waited for the answer. */
  kubeletRequest(route: string, code: number | undefined): void {
    this.#kubeletRequests.add({ route, code: code === undefined ? 'none' : String(code) });
  }

  /** A stream of the kubelet API has begun; the function that it gives says that it is over. */
  kubeletStream(stream: KubeletStream): () => void {
    const add = (change: number): void => {
      this.#openStreams.set(stream, (this.#openStreams.get(stream) ?? 0) + change);
    };
    add(1);
    return () => add(-1);
  }
}
