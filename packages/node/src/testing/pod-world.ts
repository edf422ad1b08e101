import { capabilitiesOf } from '../provider/capabilities.ts';
import type { BackendRetention } from '../provider/define-provider.ts';
import { silentLogger, type LogFields, type Logger } from '../provider/logger.ts';
import type { OwnershipStamp } from '../provider/ownership.ts';
import { podRefOf, type PodRef } from '../provider/pod-ref.ts';
import type { PodEvent } from '../provider/provider-context.ts';
import type { Provider } from '../provider/provider.ts';
import type { Node, Pod } from '../provider/wire.ts';
import type { PreparationProblem } from '../pods/pod-preparer.ts';
import { PodController } from '../pods/pod-controller.ts';
import { podHash } from '../pods/pod-hash.ts';
import { ProviderCalls } from '../pods/provider-calls.ts';
import type { PodResourceHandle } from '../resources/pod-resource-handle.ts';
import { CoreMetrics } from '../telemetry/core-metrics.ts';
import { PodTelemetry } from '../telemetry/pod-telemetry.ts';
import { FakeBackend, runningStatus } from './fake-backend.ts';
import { FakeClock } from './fake-clock.ts';
import { FakePodApi } from './fake-pod-api.ts';

export interface PodWorldOptions {
  readonly notifies?: boolean;
  readonly removes?: boolean;
  readonly retention?: BackendRetention;
  readonly workers?: number;
  readonly change?: (provider: Provider, clock: FakeClock) => Provider;
  /** From another world, for a restart of the process. */
  readonly api?: FakePodApi;
  readonly backend?: FakeBackend;
}

export function stampOf({ namespace, name, uid }: PodRef): OwnershipStamp {
  return { clusterId: 'c', nodeName: 'n', namespace, name, uid };
}

/** One node's pod loop between a fake API server and a fake backend, on a fake clock. */
export class PodWorld {
  readonly clock: FakeClock = new FakeClock();
  readonly api: FakePodApi;
  readonly backend: FakeBackend;
  readonly controller: PodController;
  readonly metrics: CoreMetrics = new CoreMetrics();
  readonly events: string[] = [];
  /** The messages of warnings and errors. */
  readonly log: string[] = [];
  /** What a read of the Node gives, or fails with. */
  nodeNow: Node | Error = { metadata: { name: 'n' } };
  /** What keeps pods from being prepared. */
  problems: readonly PreparationProblem[] = [];
  /** Called when something that pods refer to has changed. */
  readonly referenceChanged: (() => void)[] = [];
  /** How many pods hold what they refer to. */
  held = 0;
  readonly #stop = new AbortController();
  #ended: Promise<void> | undefined;

  constructor(options: PodWorldOptions = {}) {
    this.api = options.api ?? new FakePodApi();
    this.backend = options.backend ?? new FakeBackend();
    const { clock } = this;
    const plain = this.backend.provider({ notifies: options.notifies ?? true, removes: options.removes ?? true });
    const provider = options.change?.(plain, clock) ?? plain;
    const log = this.#logger();
    this.controller = new PodController({
      source: this.api,
      api: this.api,
      provider,
      capabilities: capabilitiesOf(provider),
      calls: new ProviderCalls({ clock, log, timeoutMilliseconds: 120_000, patienceMilliseconds: 10_000 }),
      injected: {
        'kube-api-access': 'deliver',
        serviceLinks: 'deliver',
        dnsPolicy: 'deliver',
        terminationMessage: 'deliver',
        defaultTolerations: 'deliver',
      },
      retention: options.retention ?? 'durable',
      preparation: {
        forget: () => undefined,
        acquire: (pod, onChange) => this.#hold(pod, onChange),
        prepareVolumes: () => Promise.resolve({ volumes: [], problems: this.problems }),
        node: () => ({ allocatable: {}, hostIPs: ['192.0.2.1'] }),
      },
      node: { current: () => ({ metadata: { name: 'n' } }), read: () => this.#readNode() },
      clock,
      log,
      workers: options.workers ?? 2,
      slotTimeoutMilliseconds: 5_000,
      statusWrites: 8,
      pollMilliseconds: 5_000,
      relistMilliseconds: 300_000,
      retry: {
        initialMilliseconds: 200,
        maximumMilliseconds: 60_000,
        factor: 2,
        jitter: 0,
        resetAfterMilliseconds: 120_000,
      },
      stamp: stampOf,
      hostIP: () => '192.0.2.1',
      telemetry: new PodTelemetry({ metrics: this.metrics, clock, nodeName: 'n' }),
      recordEvent: ({ name }: PodRef, { reason }: PodEvent) => this.events.push(`${name} ${reason}`),
    });
  }

  /** Starts the loop and waits until both worlds have been read. */
  async start(): Promise<void> {
    const { signal } = this.#stop;
    this.#ended = this.controller.run({ stop: signal, force: signal });
    await this.settle();
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('the test is over'));
    await this.clock.advance(10_000);
    await this.#ended;
  }

  /** Lets everything happen that does not wait for time. */
  async settle(): Promise<void> {
    await this.clock.advance(0);
    await this.clock.advance(0);
  }

  /** What a metric shows, a line for each set of labels. */
  figures(name: string): string[] {
    const lines = this.metrics.registry.text().split('\n');
    return lines.filter((line) => line.startsWith(`${name}{`)).map((line) => line.slice(name.length));
  }

  /** The wall clock in the API server's words, so many seconds from now. */
  timeIn(seconds: number): string {
    return `${new Date(this.clock.now() + seconds * 1_000).toISOString().slice(0, 19)}Z`;
  }

  /** Asks for a graceful deletion, as a user does. */
  async requestDeletion(name: string, gracePeriodSeconds: number): Promise<void> {
    this.api.requestDeletion(name, gracePeriodSeconds, this.timeIn(gracePeriodSeconds));
    await this.settle();
  }

  phase(name: string): string | undefined {
    return this.api.get(name)?.status?.phase;
  }

  /** Puts a pod into the backend as if it had been created by a process before. */
  plant(pod: Pod, stamp: OwnershipStamp | undefined = stampOf(podRefOf(pod))): void {
    const ref = podRefOf(pod);
    this.backend.pods.set(ref.uid, {
      ref,
      appliedHash: podHash(pod),
      status: runningStatus(pod),
      ...(stamp !== undefined && { ownership: stamp }),
    });
  }

  #readNode(): Promise<Node> {
    return this.nodeNow instanceof Error ? Promise.reject(this.nodeNow) : Promise.resolve(this.nodeNow);
  }

  #hold(pod: Pod, onChange: () => void): PodResourceHandle {
    this.held++;
    this.referenceChanged.push(onChange);
    let held = true;
    return {
      pod,
      settled: () => Promise.resolve(),
      subscribe: () => () => undefined,
      configMap: () => ({ state: 'pending' }),
      secret: () => ({ state: 'pending' }),
      services: () => ({ state: 'present', object: [] }),
      update: () => undefined,
      release: () => {
        if (held) this.held--;
        held = false;
      },
    };
  }

  #logger(): Logger {
    const note = (message: string, _fields?: LogFields): number => this.log.push(message);
    const logger: Logger = { ...silentLogger, warn: note, error: note, with: () => logger };
    return logger;
  }
}
