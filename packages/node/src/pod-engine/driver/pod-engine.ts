import type { BackendPod } from '../../provider/backend-pod.ts';
import type { CallContext } from '../../provider/call-context.ts';
import { NotFound } from '../../provider/errors/not-found.ts';
import type { DeleteOptions } from '../../provider/pod-lifecycle-handler.ts';
import type { AdmissionSurroundings, PodPreemption, PodRejection } from '../../provider/pod-admission.ts';
import { podRefOf, type PodRef } from '../../provider/pod-ref.ts';
import type { PreparedPod } from '../../provider/prepared-pod.ts';
import type { Pod } from '../../provider/wire.ts';
import type { RuntimeChange, RuntimeFilter } from '../runtime/container-runtime.ts';
import type { PodData } from '../runtime/pod-data.ts';
import type { RuntimeSandbox } from '../runtime/sandbox.ts';
import { admitResize } from './admit-resize.ts';
import { admitPod } from '../admission/admit-pod.ts';
import { shownAllocation, withAllocation, type PendingResize } from '../machine/allocation.ts';
import { EnginePod } from './engine-pod.ts';
import type { EngineServices } from './engine-services.ts';
import { observePod } from './observe-pod.ts';
import { orphanPod } from './orphan-pod.ts';
import { runtimeCall } from './runtime-call.ts';

/** Something of a pod in the runtime that says whose it is. */
interface PodTrace extends PodData {
  readonly appliedHash?: string;
}

export type BackendPodListener = (pod: BackendPod) => void;

/** All pods of one node: those that this process looks after, and those that it finds in the runtime. */
export class PodEngine {
  readonly #services: EngineServices;
  readonly #pods = new Map<string, EnginePod>();
  readonly #listeners = new Set<BackendPodListener>();
  readonly #life = new AbortController();
  /** Pods that are being met, by UID. */
  readonly #meeting = new Map<string, Promise<void>>();

  constructor(services: EngineServices) {
    this.#services = services;
  }

  /** The pods that are looked after, by UID. */
  get pods(): ReadonlyMap<string, EnginePod> {
    return this.#pods;
  }

  /** Looks after a pod from now on: what the runtime has of it is gone on with, nothing is made twice. */
  put(pod: Pod, prepared: PreparedPod | undefined): EnginePod {
    const { uid } = podRefOf(pod);
    const known = this.#pods.get(uid);
    if (known !== undefined) {
      known.update(pod, prepared);
      return known;
    }
    const added = new EnginePod({
      services: this.#services,
      pod,
      ...(prepared !== undefined && { prepared }),
      onStatus: (changed) => this.#tell(changed),
      admitResize: (current, desired) => this.#admitResize(uid, current, desired),
    });
    this.#pods.set(uid, added);
    added.look();
    return added;
  }

  /** @throws NotFound when neither this process nor the runtime knows the pod. */
  async stop(ref: PodRef, { gracePeriodSeconds, pod }: DeleteOptions, call: CallContext): Promise<void> {
    if (!this.#pods.has(ref.uid)) {
      if ((await this.#traces({ podUid: ref.uid }, call)).length === 0) {
        throw new NotFound(`the runtime has no pod ${ref.uid}`);
      }
      const how = { messages: new Map<string, string>(), isNew: false };
      const seen = await observePod(this.#services.runtime, { metadata: { ...ref } }, how, call);
      const { log } = this.#services;
      this.put(pod ?? orphanPod(ref, seen, { gracePeriodSeconds, log }), undefined);
    }
    this.#pods.get(ref.uid)?.stop(gracePeriodSeconds);
  }

  /** Removes what the runtime still has of a pod, and forgets it. */
  async remove(ref: PodRef, call: CallContext): Promise<void> {
    const { runtime } = this.#services;
    const known = this.#pods.get(ref.uid);
    const filter = { podUid: ref.uid };
    // First: what is being made must not come to be after it was listed.
    await known?.close({ lingers: true });
    const [sandboxes, data] = await Promise.all([this.#ownSandboxes(filter, call), this.#ownData(filter, call)]);
    await Promise.all(sandboxes.map(({ id }) => runtime.removePodSandbox(id, call)));
    // What belongs to a pod of ours is ours, whether the runtime can list it or not.
    const isOurs = known?.prepared !== undefined || sandboxes.length > 0 || data.length > 0;
    if (isOurs) await runtime.removePodData?.(ref, call);
    this.#pods.delete(ref.uid);
    this.#reconsiderResizes();
  }

  async list(call: CallContext): Promise<BackendPod[]> {
    const found = Map.groupBy(await this.#traces({}, call), ({ ref }) => ref.uid);
    const known = [...this.#pods.values()].map((pod) => this.#backendPod(pod, found.get(pod.ref.uid) ?? []));
    const others = [...found].filter(([uid]) => !this.#pods.has(uid)).flatMap(([, own]) => unknownPod(own));
    return [...known, ...others];
  }

  async find({ uid }: PodRef, call: CallContext): Promise<BackendPod | undefined> {
    const known = this.#pods.get(uid);
    if (known !== undefined) return this.#backendPod(known, known.seen.sandboxes);
    return unknownPod(await this.#traces({ podUid: uid }, call))[0];
  }

  /** Tells of every change of a pod's status until the returned function is called. */
  listen(listener: BackendPodListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something in the runtime has changed for this pod. */
  look(uid: string, change?: RuntimeChange): void {
    const known = this.#pods.get(uid);
    if (known !== undefined) known.look(change);
    else if (!this.#meeting.has(uid)) this.#meeting.set(uid, this.#meet(uid));
  }

  /** The runtime was away: what has become of any pod is to be found out. */
  lookAtAll(): void {
    for (const pod of this.#pods.values()) pod.look();
  }

  async close(): Promise<void> {
    this.#life.abort(new Error('the pod engine is closed'));
    const pods = [...this.#pods.values()].map((pod) => pod.close({ lingers: false }));
    await Promise.all([...pods, ...this.#meeting.values()]);
    this.#pods.clear();
  }

  /** A call of a process that was killed may come true after this one has listed everything: what it made is told of. */
  async #meet(uid: string): Promise<void> {
    const { callTimeoutMilliseconds: timeoutMilliseconds, log } = this.#services;
    const options = { method: 'listPodSandbox', signal: this.#life.signal, timeoutMilliseconds };
    try {
      const traces = await runtimeCall(this.#services, options, (call) => this.#traces({ podUid: uid }, call));
      if (this.#pods.has(uid)) return;
      for (const pod of unknownPod(traces)) for (const listener of this.#listeners) listener(pod);
    } catch (error) {
      if (!this.#life.signal.aborted)
        log.warn('A pod that appeared in the runtime could not be looked at', { uid, error });
    } finally {
      this.#meeting.delete(uid);
    }
  }

  /** Those that carry the stamp of this node, the newest of each pod first: others are nobody's business here. */
  async #ownSandboxes(filter: RuntimeFilter, call: CallContext): Promise<RuntimeSandbox[]> {
    const all = await this.#services.runtime.listPodSandbox(filter, call);
    return all.filter((sandbox) => this.#isOwn(sandbox)).sort((a, b) => b.attempt - a.attempt);
  }

  async #ownData(filter: RuntimeFilter, call: CallContext): Promise<PodTrace[]> {
    const all = (await this.#services.runtime.listPodData?.(filter, call)) ?? [];
    return all.filter((data) => this.#isOwn(data));
  }

  /** What the runtime has of pods: their sandboxes, the newest first, then what they have left on the host. */
  async #traces(filter: RuntimeFilter, call: CallContext): Promise<PodTrace[]> {
    const found = await Promise.all([this.#ownSandboxes(filter, call), this.#ownData(filter, call)]);
    return found.flat();
  }

  #isOwn({ ownership: { clusterId, nodeName } }: PodTrace): boolean {
    const { owner } = this.#services;
    return clusterId === owner.clusterId && nodeName === owner.nodeName;
  }

  #tell(pod: EnginePod): void {
    const backendPod = this.#backendPod(pod, pod.seen.sandboxes);
    for (const listener of this.#listeners) listener(backendPod);
    this.#reconsiderResizes();
  }

  /** Whether the node takes a pod besides those that it has taken, each with the resources that it has been given. */
  admit(pod: Pod, { node, others }: AdmissionSurroundings): PodRejection | PodPreemption | undefined {
    const allocatable = { ...node?.status?.allocatable, ...this.#services.allocatable?.() };
    // What the Node shows is this process's own word: the provider may know better than the settings.
    const operatingSystem = node?.status?.nodeInfo?.operatingSystem || this.#services.operatingSystem;
    return admitPod(pod, {
      node,
      others: others.flatMap((other) => this.#asGiven(other)),
      allocatable,
      operatingSystem,
    });
  }

  /** None for a pod that has ended, and that the API does not know of yet. */
  #asGiven(pod: Pod): Pod[] {
    const known = this.#pods.get(podRefOf(pod).uid);
    if (known === undefined) return [withAllocation(pod, shownAllocation(pod))];
    return known.state.end === undefined ? [known.pod] : [];
  }

  #admitResize(uid: string, current: Pod, desired: Pod): PendingResize | undefined {
    const { settings, allocatable } = this.#services;
    const others = [...this.#pods.values()].filter(({ ref, state }) => ref.uid !== uid && state.end === undefined);
    return admitResize(current, desired, {
      settings,
      allocatable: allocatable?.(),
      others: others.map(({ pod }) => pod),
    });
  }

  /** There may be more room now. */
  #reconsiderResizes(): void {
    for (const pod of this.#pods.values()) if (pod.isResizeDeferred) pod.reconsider();
  }

  #backendPod({ ref, prepared, status }: EnginePod, traces: readonly PodTrace[]): BackendPod {
    const [trace] = traces;
    const ownership = prepared?.ownership ?? trace?.ownership;
    const appliedHash = prepared?.hash ?? trace?.appliedHash;
    return {
      ref,
      ...(status !== undefined && { status }),
      ...(ownership !== undefined && { ownership }),
      ...(appliedHash !== undefined && { appliedHash }),
    };
  }
}

/** A pod that only the runtime knows. How it stands cannot be told without its spec. */
function unknownPod([trace]: readonly PodTrace[]): BackendPod[] {
  if (trace === undefined) return [];
  const { ref, ownership, appliedHash } = trace;
  return [{ ref, ownership, ...(appliedHash !== undefined && { appliedHash }) }];
}
