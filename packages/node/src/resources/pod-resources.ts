import type { InjectedPolicy } from '../provider/injected-fields.ts';
import type { ConfigMap, Pod, Secret } from '../provider/wire.ts';
import type { Lookup } from './lookup.ts';
import type { ObjectLease, ObjectWatches } from './object-watches.ts';
import type { PodResourceHandle } from './pod-resource-handle.ts';
import { podReferences } from './references.ts';
import type { ServiceSummary } from './service-summary.ts';
import type { ServicesLease, ServiceWatches } from './service-watches.ts';

/** What a {@link PodResources} is made of. The watches may be shared by many nodes with the same credentials. */
export interface PodResourcesOptions {
  readonly configMaps: Pick<ObjectWatches<ConfigMap>, 'acquire'>;
  readonly secrets: Pick<ObjectWatches<Secret>, 'acquire'>;
  readonly services: Pick<ServiceWatches, 'acquire'>;
  readonly injected: Pick<InjectedPolicy, 'kube-api-access' | 'serviceLinks'>;
}

/** Keeps the objects that pods refer to watched while the pods are here. */
export class PodResources {
  readonly #options: PodResourcesOptions;

  constructor(options: PodResourcesOptions) {
    this.#options = options;
  }

  /**
   * Watches what the pod refers to. `onChange` is called once, in a microtask, however many of the objects have changed; of
   * Services, only until they are known.
   */
  acquire(pod: Pod, onChange: () => void): PodResourceHandle {
    return new Handle(pod, onChange, this.#options);
  }
}

/** What a pod has that refers to none. */
const none: ReadonlyMap<string, never> = new Map<string, never>();

class Handle implements PodResourceHandle {
  readonly #options: PodResourcesOptions;
  readonly #onChange: () => void;
  /** Those who wait for a change and those who hear of each: made with the first of them. */
  #waiting: Set<() => void> | undefined;
  #listeners: Set<() => void> | undefined;
  #pod: Pod;
  #configMaps: ReadonlyMap<string, ObjectLease<ConfigMap>> = none;
  #secrets: ReadonlyMap<string, ObjectLease<Secret>> = none;
  #services: { readonly links: boolean; readonly lease: ServicesLease } | undefined;
  #isScheduled = false;
  #isReleased = false;

  constructor(pod: Pod, onChange: () => void, options: PodResourcesOptions) {
    this.#options = options;
    this.#onChange = onChange;
    this.#pod = pod;
    this.#acquireAll();
  }

  get pod(): Pod {
    return this.#pod;
  }

  configMap(name: string): Lookup<ConfigMap> {
    return this.#configMaps.get(name)?.lookup() ?? { state: 'pending' };
  }

  secret(name: string): Lookup<Secret> {
    return this.#secrets.get(name)?.lookup() ?? { state: 'pending' };
  }

  services(): Lookup<readonly ServiceSummary[]> {
    return this.#services?.lease.lookup() ?? { state: 'pending' };
  }

  async settled(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (!this.#isReleased && this.#isPending()) await this.#nextChange(signal);
  }

  subscribe(listener: () => void, signal: AbortSignal): void {
    if (this.#isReleased || signal.aborted) return;
    // A function of its own for each subscription: one listener may subscribe twice.
    const own = (): void => listener();
    const listeners = (this.#listeners ??= new Set());
    listeners.add(own);
    signal.addEventListener('abort', () => listeners.delete(own), { once: true });
  }

  update(pod: Pod): void {
    if (this.#isReleased) return;
    this.#pod = pod;
    this.#acquireAll();
    queueMicrotask(() => this.#tellListeners());
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    for (const lease of [...this.#configMaps.values(), ...this.#secrets.values()]) lease.release();
    this.#services?.lease.release();
    this.#listeners?.clear();
    this.#wake();
  }

  #acquireAll(): void {
    const namespace = this.#pod.metadata?.namespace ?? '';
    const { configMaps, secrets, serviceLinks: links } = podReferences(this.#pod, this.#options.injected);
    this.#configMaps = this.#exchange(this.#configMaps, configMaps, namespace, this.#options.configMaps);
    this.#secrets = this.#exchange(this.#secrets, secrets, namespace, this.#options.secrets);
    if (this.#services?.links !== links) {
      const previous = this.#services;
      this.#services = { links, lease: this.#options.services.acquire({ namespace, links }, this.#changed) };
      previous?.lease.release();
    }
  }

  #exchange<T extends object>(
    held: ReadonlyMap<string, ObjectLease<T>>,
    wanted: ReadonlyMap<string, boolean>,
    namespace: string,
    watches: { acquire(namespace: string, name: string, onChange: () => void): ObjectLease<T> },
  ): ReadonlyMap<string, ObjectLease<T>> {
    if (held.size === 0 && wanted.size === 0) return none;
    const next = new Map<string, ObjectLease<T>>();
    for (const name of wanted.keys()) next.set(name, held.get(name) ?? watches.acquire(namespace, name, this.#changed));
    for (const [name, lease] of held) if (!next.has(name)) lease.release();
    return next;
  }

  #isPending(): boolean {
    const leases = [...this.#configMaps.values(), ...this.#secrets.values()];
    return this.services().state === 'pending' || leases.some((lease) => lease.lookup().state === 'pending');
  }

  readonly #changed = (): void => {
    if (this.#isScheduled || this.#isReleased) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      if (this.#isReleased) return;
      this.#wake();
      this.#onChange();
      this.#tellListeners();
    });
  };

  #tellListeners(): void {
    for (const listener of this.#listeners ?? []) listener();
  }

  #wake(): void {
    for (const wake of this.#waiting ?? []) wake();
  }

  #nextChange(signal: AbortSignal): Promise<void> {
    const waiting = (this.#waiting ??= new Set());
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        waiting.delete(wake);
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        waiting.delete(wake);
        reject(signal.reason);
      };
      waiting.add(wake);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}
