import type { Logger } from '@vk/node/provider';
import type { CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import type { CriConfig } from '../config.ts';
import type { CgroupSettings, KnownCgroups } from '../mapping/cgroup-parent.ts';
import { askCgroupDriver } from './cgroup-driver.ts';

/**
 * Where the cgroups of a node's pods are. How the runtime names cgroups is its own to say: until it has said so nothing is put
 * anywhere, since every container with the wrong kind of path fails, and what it has said once holds.
 */
export class RuntimeCgroups implements KnownCgroups {
  readonly parent: string;
  readonly #client: CriClient;
  readonly #log: Logger;
  #driver: CgroupSettings['driver'] | undefined;

  constructor(
    { cgroupParent, cgroupDriver }: Pick<CriConfig, 'cgroupParent' | 'cgroupDriver'>,
    { client, log }: { readonly client: CriClient; readonly log: Logger },
  ) {
    this.parent = cgroupParent;
    this.#client = client;
    this.#log = log;
    // Without a parent the runtime chooses, and the driver makes no difference.
    this.#driver = cgroupDriver ?? (cgroupParent === '' ? 'cgroupfs' : undefined);
  }

  get driver(): CgroupSettings['driver'] | undefined {
    return this.#driver;
  }

  /** @throws what kept the runtime from answering, when it has not yet. */
  async settings(limits: CallLimits): Promise<CgroupSettings> {
    this.#driver ??= await this.#ask(limits);
    return { parent: this.parent, driver: this.#driver };
  }

  async #ask(limits: CallLimits): Promise<CgroupSettings['driver']> {
    const told = await askCgroupDriver(this.#client, limits);
    if (told !== undefined) return told;
    const driver = this.parent.endsWith('.slice') ? 'systemd' : 'cgroupfs';
    this.#log.warn('The runtime does not say how it names cgroups: set cgroupDriver if this is wrong', { driver });
    return driver;
  }
}
