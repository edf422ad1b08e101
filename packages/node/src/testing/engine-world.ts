import type { BackendPod } from '../provider/backend-pod.ts';
import type { CallContext } from '../provider/call-context.ts';
import type { ImageCheckResult } from '../provider/image-check.ts';
import { silentLogger } from '../provider/logger.ts';
import { podRefOf } from '../provider/pod-ref.ts';
import type { PodStepObserver } from '../provider/pod-step.ts';
import type { PreparedPod } from '../provider/prepared-pod.ts';
import type { ImageCredentials } from '../provider/provider-context.ts';
import type { Provider } from '../provider/provider.ts';
import type { ContainerStatus, Pod, PodStatus } from '../provider/wire.ts';
import { podHash } from '../pods/pod-hash.ts';
import type { ProbeOutcome } from '../pod-engine/machine/engine-action.ts';
import { podProviderFrom } from '../pod-engine/pod-provider.ts';
import type { PodProviderOptions } from '../pod-engine/pod-provider-options.ts';
import type { ProbeRunner } from '../pod-engine/probes/probe-runner.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeContainerRuntime } from './fake-container-runtime.ts';

/** A pod as a provider is given it, with nothing that had to be resolved. */
export function preparedPod(pod: Pod, change: Partial<PreparedPod> = {}): PreparedPod {
  const ownership = { clusterId: 'c', nodeName: 'n', ...podRefOf(pod) };
  return { pod, environment: {}, volumes: [], ownership, hash: podHash(pod), ...change };
}

/** What differs from the ordinary. */
export interface EngineWorldOptions extends Partial<PodProviderOptions> {
  readonly observeStep?: PodStepObserver;
  readonly countImageCheck?: (result: ImageCheckResult) => void;
}

/** A provider made of the pod engine and a fake runtime, on a fake clock. */
export class EngineWorld {
  readonly clock: FakeClock;
  readonly runtime: FakeContainerRuntime;
  readonly provider: Provider;
  /** `reason message`, in order. */
  readonly events: string[] = [];
  /** Every status that was told, in order. */
  readonly statuses: PodStatus[] = [];
  readonly call: CallContext = { signal: new AbortController().signal, log: silentLogger };
  /** Called with the reason of each event. */
  onEvent: (reason: string) => void = () => undefined;
  credentials: readonly ImageCredentials[] = [];
  /** What network probes find. */
  probe: (kind: 'http' | 'tcp' | 'grpc', target: unknown) => ProbeOutcome = () => ({ result: 'success', output: '' });
  #last: BackendPod | undefined;
  readonly #stop = new AbortController();

  constructor(
    before?: { readonly runtime: FakeContainerRuntime; readonly clock: FakeClock },
    { observeStep, countImageCheck, ...options }: EngineWorldOptions = {},
  ) {
    this.clock = before?.clock ?? new FakeClock();
    this.runtime = before?.runtime ?? new FakeContainerRuntime(this.clock);
    const probes: ProbeRunner = {
      http: (target) => Promise.resolve(this.probe('http', target)),
      tcp: (target) => Promise.resolve(this.probe('tcp', target)),
      grpc: (target) => Promise.resolve(this.probe('grpc', target)),
    };
    this.provider = podProviderFrom(this.runtime, {
      context: {
        clusterId: 'c',
        nodeName: 'n',
        addresses: [{ type: 'InternalIP', address: '192.0.2.1' }],
        clusterDomain: 'cluster.local',
        clock: this.clock,
        log: silentLogger,
        recordEvent: (_ref, { reason, message }) => {
          this.onEvent(reason);
          this.events.push(`${reason} ${message}`);
        },
        ...(observeStep !== undefined && { observeStep }),
        ...(countImageCheck !== undefined && { countImageCheck }),
        getImageCredentials: () => Promise.resolve(this.credentials),
      },
      clusterDns: ['10.96.0.10'],
      probes,
      random: () => 0,
      ...options,
    });
    const { signal } = this.#stop;
    void this.provider.notifyPods?.(
      (pod) => {
        if (!('gone' in pod)) this.#note(pod);
      },
      { signal, log: silentLogger },
    );
  }

  get status(): PodStatus {
    return this.#last?.status ?? {};
  }

  container(name: string): ContainerStatus | undefined {
    const all = [
      ...(this.status.initContainerStatuses ?? []),
      ...(this.status.containerStatuses ?? []),
      ...(this.status.ephemeralContainerStatuses ?? []),
    ];
    return all.find((container) => container.name === name);
  }

  /** Why the container waits, or `running`, or `exit N`. */
  stateOf(name: string): string {
    const { running, terminated, waiting } = this.container(name)?.state ?? {};
    if (running !== undefined) return 'running';
    return terminated === undefined ? (waiting?.reason ?? 'unknown') : `exit ${terminated.exitCode}`;
  }

  async create(pod: Pod, change: Partial<PreparedPod> = {}): Promise<void> {
    await this.provider.createPod(preparedPod(pod, change), this.call);
    await this.settle();
  }

  async delete(pod: Pod, gracePeriodSeconds: number): Promise<void> {
    await this.provider.deletePod(podRefOf(pod), { gracePeriodSeconds, pod }, this.call);
    await this.settle();
  }

  async advance(seconds: number): Promise<void> {
    await this.clock.advance(seconds * 1000);
    await this.settle();
  }

  /** Lets everything happen that does not wait for time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 8; turn++) await this.clock.advance(0);
  }

  /** The end of the process: nothing is looked after any more, and what runs goes on. */
  async close(): Promise<void> {
    this.#stop.abort();
    const closed = this.provider.close?.();
    await this.settle();
    await closed;
  }

  /** The next process on the same runtime, which is handed what the API shows of the pod. */
  async restart(pod: Pod, options: EngineWorldOptions = {}): Promise<EngineWorld> {
    const shown: Pod = { ...pod, status: this.status };
    await this.close();
    const next = new EngineWorld({ runtime: this.runtime, clock: this.clock }, options);
    const adopted = next.provider.adoptPod?.(shown, preparedPod(shown), next.call);
    await next.settle();
    await adopted;
    return next;
  }

  #note(pod: BackendPod): void {
    this.#last = pod;
    if (pod.status !== undefined) this.statuses.push(pod.status);
  }
}
