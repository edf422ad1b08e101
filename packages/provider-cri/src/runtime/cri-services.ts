import type { Clock, Logger, OwnershipStamp, RuntimeClass } from '@vk/node/provider';
import type { HostVolumes } from '@vk/node/volumes';
import type { CriClient } from '../client/cri-client.ts';
import type { EventHub } from '../events/event-hub.ts';
import type { HostPaths } from '../host/host-paths.ts';
import type { PodFiles } from '../host/pod-files.ts';
import type { CriImages } from '../images/cri-images.ts';
import type { SecuritySettings } from '../mapping/container-security.ts';
import type { ResourceSettings } from '../mapping/linux-resources.ts';
import type { RefusalContext } from '../refusal/field-table.ts';
import type { CpuRates } from '../stats/cpu-rates.ts';
import type { VolumeMeter } from '../stats/volume-meter.ts';
import type { CriStreams } from '../streaming/cri-streams.ts';
import type { PodDevices } from './pod-devices.ts';
import type { RuntimeCgroups } from './runtime-cgroups.ts';
import type { RuntimeHealth } from './runtime-health.ts';
import type { RuntimeListing } from './runtime-listing.ts';

/** What the runtime of one node works with. */
export interface CriServices {
  readonly client: CriClient;
  readonly owner: Pick<OwnershipStamp, 'clusterId' | 'nodeName'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly listing: RuntimeListing;
  readonly health: RuntimeHealth;
  readonly events: EventHub;
  readonly images: CriImages;
  readonly streams: CriStreams;
  readonly volumes: HostVolumes;
  readonly files: PodFiles;
  readonly paths: HostPaths;
  readonly devices: PodDevices;
  readonly rates: CpuRates;
  readonly volumeMeter: VolumeMeter;
  readonly resourceSettings: ResourceSettings;
  readonly securitySettings: SecuritySettings;
  readonly cgroup: RuntimeCgroups;
  /** What the burstable pods of all nodes on the runtime ask for of the CPU, in thousandths, by UID. */
  readonly burstableRequests: Map<string, bigint>;
  /** The pods, by UID, of which something may still be in the making that nobody waits for: by a process before, or given up. */
  readonly inDoubt: Set<string>;
  readonly defaultRuntimeHandler: string;
  /** What decides about the fields of pods, as far as it is known by now. */
  refusalContext(): RefusalContext;
  /** The addresses of this host. */
  readonly hostIPs: readonly string[];
  getRuntimeClass(name: string, signal: AbortSignal): Promise<RuntimeClass | undefined>;
}
