import type { DeferredValues } from '@vk/node/provider';
import type { PodSandboxConfig, RuntimeSandbox } from '@vk/node/pod-engine';
import type { AddressPool } from '../address-pool.ts';
import type { Behaviour } from '../behaviour.ts';
import { deferredValues } from '../container/environment-of.ts';
import { podPortsOf } from '../network/pod-ports.ts';
import type { PodPorts } from '../network/pod-ports.ts';

export interface EngineSandbox {
  readonly info: RuntimeSandbox;
  readonly hostname: string;
  readonly ports: PodPorts;
  /** The ids of its containers. */
  readonly containers: Set<string>;
}

export interface EngineSandboxesOptions {
  readonly now: () => number;
  readonly nodeName: string;
  readonly hostIP: string | undefined;
  /** Shared by the nodes of a process. */
  readonly addresses: AddressPool;
}

/** The sandboxes of a node in memory, with the addresses of their pods. */
export class EngineSandboxes {
  readonly #options: EngineSandboxesOptions;
  readonly #sandboxes = new Map<string, EngineSandbox>();
  readonly #byPod = new Map<string, Set<string>>();

  constructor(options: EngineSandboxesOptions) {
    this.#options = options;
  }

  add(id: string, config: PodSandboxConfig, behaviour: Behaviour): EngineSandbox {
    const { ref, attempt, ownership, appliedHash, prepared } = config;
    const onHost = prepared.pod.spec?.hostNetwork === true;
    const sandbox: EngineSandbox = {
      info: {
        id,
        ref,
        attempt,
        ownership,
        appliedHash,
        state: 'ready',
        createdAt: this.#options.now(),
        ips: onHost ? [] : [this.#options.addresses.take(this.#options.nodeName)],
      },
      hostname: config.hostname,
      ports: podPortsOf(prepared.pod, behaviour),
      containers: new Set(),
    };
    this.#sandboxes.set(id, sandbox);
    this.#byPod.set(ref.uid, (this.#byPod.get(ref.uid) ?? new Set()).add(id));
    return sandbox;
  }

  get(id: string): EngineSandbox | undefined {
    return this.#sandboxes.get(id);
  }

  all(): EngineSandbox[] {
    return [...this.#sandboxes.values()];
  }

  ofPod(uid: string): EngineSandbox[] {
    return Array.from(this.#byPod.get(uid) ?? [], (id) => this.#sandboxes.get(id)).filter(
      (sandbox) => sandbox !== undefined,
    );
  }

  /** Those that answer at an address: one, or those on the host's network. */
  at(address: string): EngineSandbox[] {
    const onHost = address === this.#options.hostIP;
    return this.all().filter(
      ({ info: { state, ips } }) => state === 'ready' && (onHost ? ips.length === 0 : ips.includes(address)),
    );
  }

  stop(id: string): void {
    const sandbox = this.#sandboxes.get(id);
    if (sandbox !== undefined) this.#sandboxes.set(id, { ...sandbox, info: { ...sandbox.info, state: 'notready' } });
  }

  remove(id: string): void {
    const sandbox = this.#sandboxes.get(id);
    if (sandbox === undefined) return;
    const { ref, ips } = sandbox.info;
    for (const address of ips) this.#options.addresses.release(this.#options.nodeName, address);
    this.#sandboxes.delete(id);
    const left = this.#byPod.get(ref.uid);
    left?.delete(id);
    if (left?.size === 0) this.#byPod.delete(ref.uid);
  }

  /** What is known of a pod's addresses. */
  valuesOf(uid: string): DeferredValues {
    const { hostIP } = this.#options;
    return deferredValues(this.ofPod(uid).at(-1)?.info.ips[0] ?? hostIP, hostIP);
  }
}
