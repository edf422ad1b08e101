import { isAlreadyExists, isNotFound } from '../kube/kube-error.ts';
import { isOlderResourceVersion } from '../kube/resource-version.ts';
import type { Logger } from '../provider/logger.ts';
import type { NodeShape } from '../provider/node-provider.ts';
import type { Provider } from '../provider/provider.ts';
import type { Node, NodeCondition } from '../provider/wire.ts';
import { Backoff, type BackoffOptions } from '../work/backoff.ts';
import type { Clock } from '../work/clock.ts';
import { TaskGroup } from '../work/task-group.ts';
import { lastAppliedAnnotations, carriesOurStamp } from './last-applied.ts';
import { LeaseController } from './lease-controller.ts';
import type { NodeApi } from './node-api.ts';
import { NodeNotOursError, NodeVanishedError } from './node-errors.ts';
import { desiredNode, type NodeIdentity } from './node-object.ts';
import { nodePatch } from './node-patch.ts';
import type { NodeSource } from './node-source.ts';
import { PingMonitor } from './ping-monitor.ts';
import { WakeUp } from './wake-up.ts';

export interface NodeControllerOptions {
  readonly identity: NodeIdentity;
  readonly shape: NodeShape;
  readonly provider: Pick<Provider, 'ping' | 'notifyNodeStatus'>;
  readonly api: NodeApi;
  readonly source: NodeSource;
  readonly clock: Clock;
  readonly log: Logger;
  readonly adoptNode: boolean;
  readonly pingIntervalMilliseconds: number;
  readonly pingTimeoutMilliseconds: number;
  /** A report is sent on change, and at least this often. */
  readonly reportMilliseconds: number;
  readonly leaseDurationSeconds: number;
  readonly retry: BackoffOptions;
  readonly random?: () => number;
  /** Tells people about the node: two processes run for it. */
  readonly onContention: () => void;
}

/** One Node object: registers it, keeps its status and lease fresh, and puts it back when somebody deletes it. */
export class NodeController {
  readonly #options: NodeControllerOptions;
  readonly #ping: PingMonitor;
  readonly #lease: LeaseController;
  readonly #changed = new WakeUp();
  readonly #ready = Promise.withResolvers<void>();
  #identity: NodeIdentity;
  #shape: NodeShape;
  #node: Node | undefined;

  constructor(options: NodeControllerOptions) {
    this.#options = options;
    this.#identity = options.identity;
    this.#shape = options.shape;
    const { clock, log, provider, api, identity, retry, random } = options;
    this.#ping = new PingMonitor({
      ping: provider.ping?.bind(provider),
      clock,
      log,
      intervalMilliseconds: options.pingIntervalMilliseconds,
      timeoutMilliseconds: options.pingTimeoutMilliseconds,
      onChange: () => this.#changed.raise(),
    });
    this.#lease = new LeaseController({
      name: identity.name,
      api,
      clock,
      log,
      durationSeconds: options.leaseDurationSeconds,
      retry,
      node: () => this.#node,
      onContention: options.onContention,
      ...(random !== undefined && { random }),
    });
  }

  /** Resolves when the API server has acknowledged the Node as Ready for the first time. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** The Node as the API server answered last. */
  get node(): Node | undefined {
    return this.#node;
  }

  /** The shape as the provider gave it last. */
  get shape(): NodeShape {
    return this.#shape;
  }

  /** Publishes the port of the kubelet API, and what it can do. Call it before `register`. */
  publishKubeletApi(endpoint: Pick<NodeIdentity, 'kubeletPort' | 'declaredFeatures'>): void {
    this.#identity = { ...this.#identity, ...endpoint };
  }

  /**
   * Registers the Node, or takes it over.
   *
   * @throws NodeNotOursError when a Node of this name was made by somebody else and `adoptNode` is off.
   */
  async register(signal: AbortSignal): Promise<void> {
    const { api, identity, log } = this.#options;
    const existing = await api.getNode(signal);
    if (existing !== undefined) {
      if (!this.#mayTake(existing)) throw new NodeNotOursError(identity.name);
      this.#node = existing;
      log.info('Node taken over', { node: identity.name });
      return;
    }
    await this.#create(signal);
  }

  /** Keeps the Node until `signal` is aborted. Call `register` first. */
  async run(signal: AbortSignal): Promise<void> {
    const unsubscribe = this.#options.source.subscribe(this.#options.identity.name, {
      onApply: (node) => this.#onApply(node),
      onDelete: (last) => this.#onDelete(last),
    });
    const group = new TaskGroup(signal);
    group.spawn('ping', (inner) => this.#ping.run(inner));
    group.spawn('lease', (inner) => this.#lease.run(inner));
    group.spawn('node status', (inner) => this.#report(inner));
    group.spawn('node shape', (inner) => this.#followShape(inner));
    try {
      await group.join();
    } finally {
      unsubscribe();
    }
  }

  async #report(signal: AbortSignal): Promise<void> {
    const { clock, log, retry, random, reportMilliseconds } = this.#options;
    const backoff = new Backoff(retry, clock, random);
    await Promise.race([this.#ping.first, clock.sleep(this.#options.pingTimeoutMilliseconds, signal)]);
    let reportedAt = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      const due = reportedAt + reportMilliseconds - clock.monotonic();
      try {
        this.#changed.clear();
        const heartbeat = due <= 0;
        await this.#write(heartbeat, signal);
        if (heartbeat) reportedAt = clock.monotonic();
        backoff.reset();
        await this.#changed.wait(clock, Math.max(0, reportedAt + reportMilliseconds - clock.monotonic()), signal);
      } catch (error) {
        if (signal.aborted) return;
        const delay = backoff.next();
        log.warn('The node status could not be written', { error, retryInMilliseconds: Math.round(delay) });
        await clock.sleep(delay, signal);
      }
    }
  }

  async #write(heartbeat: boolean, signal: AbortSignal): Promise<void> {
    const { api, log, identity } = this.#options;
    const ready = this.#readyCondition();
    if (this.#node === undefined) await this.#create(signal);
    const current = this.#node;
    if (current === undefined) throw new NodeVanishedError(identity.name);
    const desired = desiredNode(this.#identity, this.#shape, ready);
    const patch = nodePatch(current, desired, { now: this.#now(), heartbeat });
    if (patch !== undefined) {
      try {
        this.#node = await api.patchNodeStatus(patch, signal);
        this.#seeWhatWasKept(this.#node);
      } catch (error) {
        if (!isNotFound(error)) throw error;
        this.#node = undefined;
        this.#changed.raise();
        return;
      }
    }
    const before = current.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
    if (before !== ready.status)
      log.info(ready.status === 'True' ? 'Node ready' : 'Node not ready', {
        node: identity.name,
        reason: ready.message,
      });
    if (ready.status === 'True') this.#ready.resolve();
  }

  async #create(signal: AbortSignal): Promise<void> {
    const { api, identity, log } = this.#options;
    const ready = this.#readyCondition();
    const node = desiredNode(this.#identity, this.#shape, ready);
    const now = this.#now();
    const stamped: Node = {
      ...node,
      metadata: { ...node.metadata, annotations: { ...node.metadata?.annotations, ...lastAppliedAnnotations(node) } },
      status: {
        ...node.status,
        conditions: node.status?.conditions?.map((condition) => ({
          ...condition,
          lastHeartbeatTime: now,
          lastTransitionTime: now,
        })),
      },
    };
    try {
      this.#node = await api.createNode(stamped, signal);
      this.#seeWhatWasKept(this.#node);
      log.info('Node registered', { node: identity.name });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const existing = await api.getNode(signal);
      if (existing !== undefined && !this.#mayTake(existing)) throw new NodeNotOursError(identity.name);
      this.#node = existing;
    }
  }

  /** An API server that does not know the field drops it: then it is not written again at every change. */
  #seeWhatWasKept(answered: Node): void {
    if (this.#identity.declaredFeatures.length === 0 || answered.status?.declaredFeatures !== undefined) return;
    this.#identity = { ...this.#identity, declaredFeatures: [] };
  }

  #mayTake(node: Node): boolean {
    return this.#options.adoptNode || carriesOurStamp(node);
  }

  #readyCondition(): NodeCondition {
    const { result } = this.#ping;
    return result.ok
      ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'the virtual kubelet is ready' }
      : { type: 'Ready', status: 'False', reason: 'ProviderNotReady', message: result.message };
  }

  /** Somebody else changed the Node: what is ours and differs is written again, what is theirs stays. */
  #onApply(node: Node): void {
    if (
      this.#node?.metadata?.uid === node.metadata?.uid &&
      this.#node?.metadata?.resourceVersion === node.metadata?.resourceVersion
    ) {
      // The same as the answer to the last write; but this one the watch keeps too.
      this.#node = node;
      return;
    }
    if (isOlder(node, this.#node)) return;
    if (this.#node?.metadata?.uid !== node.metadata?.uid && !this.#mayTake(node)) {
      // Ours was deleted, and somebody else took the name: the report loop says so for as long as that is there.
      this.#node = undefined;
      this.#changed.raise();
      return;
    }
    this.#node = node;
    const desired = desiredNode(this.#identity, this.#shape, this.#readyCondition());
    if (nodePatch(node, desired, { now: this.#now(), heartbeat: false }) !== undefined) this.#changed.raise();
  }

  #onDelete(last: Node): void {
    if (this.#node?.metadata?.uid !== last.metadata?.uid) return;
    this.#options.log.warn('The node was deleted and is registered again', { node: this.#options.identity.name });
    this.#node = undefined;
    this.#changed.raise();
  }

  async #followShape(signal: AbortSignal): Promise<void> {
    const { provider, clock, log, retry, random } = this.#options;
    if (provider.notifyNodeStatus === undefined) return;
    const backoff = new Backoff(retry, clock, random);
    while (!signal.aborted) {
      try {
        await provider.notifyNodeStatus((shape) => this.#onShape(shape), {
          signal,
          log: log.with({ method: 'notifyNodeStatus' }),
        });
      } catch (error) {
        if (!signal.aborted) log.warn('The provider stopped telling of its node', { error });
      }
      if (!signal.aborted) await clock.sleep(backoff.next(), signal);
    }
  }

  #onShape(shape: NodeShape): void {
    this.#shape = { ...this.#shape, ...shape };
    this.#changed.raise();
  }

  #now(): string {
    return `${new Date(this.#options.clock.now()).toISOString().slice(0, 19)}Z`;
  }
}

/** A watch may bring a state that is older than the answer to our last write. */
function isOlder(node: Node, than: Node | undefined): boolean {
  if (than === undefined || node.metadata?.uid !== than.metadata?.uid) return false;
  return isOlderResourceVersion(node.metadata?.resourceVersion ?? '', than.metadata?.resourceVersion ?? '');
}
