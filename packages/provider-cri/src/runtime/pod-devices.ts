import type { CallContext, Container, EphemeralContainer, Pod, PreparedPod } from '@vk/node/provider';
import { InvalidInput } from '@vk/node/provider';
import { containerField } from '../mapping/pod-containers.ts';
import { wholeValue } from '../mapping/quantity.ts';

/** A container and what it was given. */
export interface Holder {
  readonly uid: string;
  readonly container: string;
  readonly devices: readonly string[];
}

/** Asks the runtime what containers of this node have whose pods are not over. */
export type HeldBefore = (call: CallContext) => Promise<readonly Holder[]>;

/**
 * Gives the configured devices to containers, each device to one at a time. As with a kubelet, what an init container has is
 * taken over by the containers of its pod that come after it.
 */
export class PodDevices {
  readonly #devices: Readonly<Record<string, readonly string[]>>;
  readonly #heldBefore: HeldBefore;
  readonly #holders: Holder[] = [];
  /** Pods that ended before it was known what they had. */
  readonly #freed = new Set<string>();
  #restored = false;

  constructor(devices: Readonly<Record<string, readonly string[]>>, heldBefore: HeldBefore) {
    this.#devices = devices;
    this.#heldBefore = heldBefore;
  }

  /**
   * The CDI names of the devices of a container; the same ones at each of its runs.
   *
   * @throws InvalidInput when too few are free.
   */
  async give(
    { pod }: PreparedPod,
    container: Container | EphemeralContainer,
    call: CallContext,
  ): Promise<readonly string[]> {
    if (Object.keys(this.#devices).length === 0) return [];
    await this.#restore(call);
    const uid = pod.metadata?.uid ?? '';
    const known = this.#holders.find((holder) => holder.uid === uid && holder.container === container.name);
    if (known !== undefined) return known.devices;
    const inTurn = initContainersInTurn(pod);
    const isInTurn = (holder: Holder): boolean => holder.uid === uid && inTurn.has(holder.container);
    const taken = devicesOf(this.#holders.filter((holder) => !isInTurn(holder)));
    const inPod = devicesOf(this.#holders.filter(isInTurn));
    const devices: string[] = [];
    for (const [name, all] of Object.entries(this.#devices)) {
      const wanted = Number(wholeValue(container.resources?.limits?.[name]) ?? 0n);
      const free = all
        .filter((device) => !taken.has(device))
        .sort((a, b) => Number(inPod.has(b)) - Number(inPod.has(a)));
      if (free.length < wanted) {
        const field = `${containerField(pod, container.name)}.resources.limits[${name}]`;
        throw new InvalidInput(field, `${wanted} are wanted and ${free.length} are free`);
      }
      devices.push(...free.slice(0, wanted));
    }
    if (devices.length > 0) this.#holders.push({ uid, container: container.name, devices });
    return devices;
  }

  /** What the pod had is free again. */
  free(uid: string): void {
    if (!this.#restored) this.#freed.add(uid);
    for (let index = this.#holders.length - 1; index >= 0; index--) {
      if (this.#holders[index]?.uid === uid) this.#holders.splice(index, 1);
    }
  }

  /** Once: what containers have that a process before created. */
  async #restore(call: CallContext): Promise<void> {
    if (this.#restored) return;
    const holders = await this.#heldBefore(call);
    if (this.#restored) return;
    this.#restored = true;
    this.#holders.push(...holders.filter(({ uid }) => !this.#freed.has(uid)));
    this.#freed.clear();
  }
}

function devicesOf(holders: readonly Holder[]): ReadonlySet<string> {
  return new Set(holders.flatMap(({ devices }) => devices));
}

/** Those that have ended when the next one starts: sidecars have not. */
function initContainersInTurn({ spec }: Pod): ReadonlySet<string> {
  const ordinary = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy !== 'Always');
  return new Set(ordinary.map(({ name }) => name));
}
