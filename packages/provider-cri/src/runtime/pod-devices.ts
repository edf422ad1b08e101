import type { CallContext, Container, EphemeralContainer, PreparedPod } from '@vk/node/provider';
import { InvalidInput } from '@vk/node/provider';
import { containerField } from '../mapping/pod-containers.ts';
import { wholeValue } from '../mapping/quantity.ts';

/** A container and what it was given. */
export interface Holder {
  readonly uid: string;
  readonly container: string;
  readonly devices: readonly string[];
}

/** Asks the runtime what containers of this node have. */
export type HeldBefore = (call: CallContext) => Promise<readonly Holder[]>;

/** Gives the configured devices to containers, each device to one at a time. */
export class PodDevices {
  readonly #devices: Readonly<Record<string, readonly string[]>>;
  readonly #heldBefore: HeldBefore;
  readonly #holders: Holder[] = [];
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
    const devices: string[] = [];
    for (const [name, all] of Object.entries(this.#devices)) {
      const wanted = Number(wholeValue(container.resources?.limits?.[name]) ?? 0n);
      const taken = new Set(this.#holders.flatMap((holder) => holder.devices));
      const free = all.filter((device) => !taken.has(device));
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
    this.#holders.push(...holders);
  }
}
