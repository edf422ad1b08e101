import type { ImagePulls } from '@vk/node/pod-engine';
import { AddressPool } from './address-pool.ts';
import type { MockRuntime } from './engine/mock-runtime.ts';
import type { PodRecord } from './pod-record.ts';
import type { CountedCall, StateEntry } from './state-entry.ts';
import { StateFile } from './state-file.ts';
import type { Statistics } from './statistics.ts';

/** Whose pods are meant: two clusters may have a node of the same name. */
export interface NodeIdentity {
  readonly clusterId: string;
  readonly nodeName: string;
}

/** The containers of a node in engine mode, and their figures. */
export interface NodeEngine {
  readonly runtime: MockRuntime;
  readonly statistics: Statistics;
  /** With what the images were pulled that the runtime has. */
  readonly imagePulls: ImagePulls;
}

/**
 * What the mock's pods live in, shared by the nodes of a process. Each method changes the memory at once and resolves when
 * the change is in the state file too, if there is one.
 */
export class MockBackend {
  readonly #pods = new Map<string, PodRecord>();
  readonly #byNode = new Map<string, Set<string>>();
  readonly #attempts = new Map<string, Partial<Record<CountedCall, number>>>();
  readonly #addresses = new AddressPool();
  readonly #engines = new Map<string, NodeEngine>();
  #file: StateFile | undefined;

  private constructor() {
    // Made by `open` alone, which may have to read a file first.
  }

  /** Without `stateFile` nothing outlives the process. */
  static async open(options: { readonly stateFile?: string | undefined }): Promise<MockBackend> {
    const backend = new MockBackend();
    if (options.stateFile !== undefined) {
      backend.#file = await StateFile.open(
        options.stateFile,
        (entry) => backend.#apply(entry),
        () => backend.#entries(),
      );
    }
    return backend;
  }

  /** The pod, when it carries this node's stamp. */
  get(node: NodeIdentity, uid: string): PodRecord | undefined {
    const pod = this.#pods.get(uid);
    return pod !== undefined && keyOf(pod.ownership) === keyOf(node) ? pod : undefined;
  }

  /** The pods that carry this node's stamp. */
  list(node: NodeIdentity): PodRecord[] {
    const uids = this.#byNode.get(keyOf(node)) ?? [];
    return Array.from(uids, (uid) => this.#pods.get(uid)).filter((pod) => pod !== undefined);
  }

  /** An address that no other pod has, until the pod that is put with it is removed. */
  takeAddress(node: NodeIdentity): string {
    return this.#addresses.take(keyOf(node));
  }

  /** What a node runs on in engine mode, made the first time: it outlives the providers of the node. */
  engine(node: NodeIdentity, create: (addresses: AddressPool) => NodeEngine): NodeEngine {
    const known = this.#engines.get(keyOf(node)) ?? create(this.#addresses);
    this.#engines.set(keyOf(node), known);
    return known;
  }

  async put(pod: PodRecord): Promise<void> {
    await this.#record({ put: pod });
  }

  async remove(uid: string): Promise<void> {
    if (this.#pods.has(uid) || this.#attempts.has(uid)) await this.#record({ remove: uid });
  }

  /** Counts one more call for a pod; gives how many there were before. */
  async countAttempt(uid: string, call: CountedCall): Promise<number> {
    const before = this.#attempts.get(uid)?.[call] ?? 0;
    await this.#record({ attempt: { uid, call, count: before + 1 } });
    return before;
  }

  /** Resolves once every change so far is where it outlives the process. */
  async settled(): Promise<void> {
    await this.#file?.settled();
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async #record(entry: StateEntry): Promise<void> {
    this.#apply(entry);
    await this.#file?.append(entry);
  }

  #apply(entry: StateEntry): void {
    if ('put' in entry) this.#applyPut(entry.put);
    else if ('remove' in entry) this.#applyRemove(entry.remove);
    else {
      const { uid, call, count } = entry.attempt;
      this.#attempts.set(uid, { ...this.#attempts.get(uid), [call]: count });
    }
  }

  #applyPut(pod: PodRecord): void {
    const { uid } = pod.ownership;
    const node = keyOf(pod.ownership);
    this.#pods.set(uid, pod);
    const uids = this.#byNode.get(node) ?? new Set();
    this.#byNode.set(node, uids.add(uid));
    if (pod.podIP !== undefined) this.#addresses.reserve(node, pod.podIP);
  }

  #applyRemove(uid: string): void {
    this.#attempts.delete(uid);
    const pod = this.#pods.get(uid);
    if (pod === undefined) return;
    const node = keyOf(pod.ownership);
    this.#pods.delete(uid);
    this.#byNode.get(node)?.delete(uid);
    if (pod.podIP !== undefined) this.#addresses.release(node, pod.podIP);
  }

  *#entries(): Iterable<StateEntry> {
    for (const pod of this.#pods.values()) yield { put: pod };
    for (const [uid, counts] of this.#attempts) {
      for (const call of Object.keys(counts) as CountedCall[])
        yield { attempt: { uid, call, count: counts[call] ?? 0 } };
    }
  }
}

function keyOf(node: NodeIdentity): string {
  return `${node.clusterId}/${node.nodeName}`;
}
