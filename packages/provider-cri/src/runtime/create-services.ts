import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { ProviderContext } from '@vk/node/provider';
import { createHostVolumes, systemMounter } from '@vk/node/volumes';
import { answerMilliseconds } from '../client/answer-time.ts';
import { within } from '../client/within.ts';
import type { CriConfig } from '../config.ts';
import type { CriConnection } from '../cri-connection.ts';
import type { HostFacts } from '../host/host-facts.ts';
import { hostPaths } from '../host/host-paths.ts';
import { PodFiles } from '../host/pod-files.ts';
import { ownsPodCgroups } from '../mapping/cgroup-parent.ts';
import { leftForPods } from '../mapping/left-for-pods.ts';
import { pageSizeName } from '../mapping/page-size.ts';
import { wholeValue } from '../mapping/quantity.ts';
import { CpuRates } from '../stats/cpu-rates.ts';
import { VolumeMeter } from '../stats/volume-meter.ts';
import { CriStreams } from '../streaming/cri-streams.ts';
import type { CriServices } from './cri-services.ts';
import { PodDevices } from './pod-devices.ts';
import { RuntimeCgroups } from './runtime-cgroups.ts';
import { RuntimeListing } from './runtime-listing.ts';

/** Makes what the runtime of a node works with. A runtime that is not there yet is no reason to fail. */
export async function createCriServices(
  context: ProviderContext<CriConfig>,
  { client, images, health, events, burstableRequests }: CriConnection,
  facts: HostFacts,
): Promise<CriServices> {
  const { config, clock, log, clusterId, nodeName, addresses } = context;
  const owner = { clusterId, nodeName };
  const listing = new RuntimeListing(client, owner);
  const paths = hostPaths(join(config.root, nodeName), config.logRoot);
  const cgroup = new RuntimeCgroups(config, { client, log });
  try {
    await within({ clock, milliseconds: answerMilliseconds }, async (limits) => {
      await Promise.all([health.check(limits), cgroup.settings(limits)]);
    });
  } catch (error) {
    // The node says so itself, by its Ready condition, and what is not known yet is asked again before the first sandbox.
    log.warn('The container runtime is not ready', { endpoint: config.endpoint, error });
  }
  const volumes = createHostVolumes({
    root: paths.volumes,
    clock,
    log,
    ...((config.mounts ?? userInfo().uid === 0) && { mounter: systemMounter }),
  });
  return {
    client,
    owner,
    clock,
    log,
    listing,
    health,
    events,
    images,
    paths,
    streams: new CriStreams(client, config.streaming),
    volumes,
    volumeMeter: new VolumeMeter({ volumes, clock, log }),
    files: new PodFiles(paths, log),
    devices: new PodDevices(config.devices, (call) => listing.devices(call)),
    rates: new CpuRates(),
    resourceSettings: {
      cpuCfsQuota: config.cpuCfsQuota,
      memoryBytes: wholeValue(config.memory) ?? facts.memoryBytes,
      // Where they cannot be limited a limit of none is left out: CRI-O fails on it, containerd does not.
      hugePageSizes: facts.hugePageController ? facts.hugePages.map(({ bytes }) => pageSizeName(bytes)) : [],
      unifiedCgroups: facts.unifiedCgroups,
      swapController: facts.swapController,
      allPods: leftForPods(config.reserved, facts),
    },
    securitySettings: {
      seccompRoot: config.seccompRoot,
      seccompDefault: config.seccompDefault,
      processors: facts.thermalProcessors,
      seLinux: facts.seLinux,
    },
    cgroup,
    burstableRequests,
    inDoubt: new Set(),
    defaultRuntimeHandler: config.runtimeHandler,
    refusalContext: () => ({
      features: health.features,
      allowedUnsafeSysctls: config.allowedUnsafeSysctls,
      ephemeralStorageLimits: config.ephemeralStorageLimits,
      appArmor: facts.appArmor,
      ownsPodCgroups: cgroup.driver === undefined ? undefined : ownsPodCgroups(cgroup),
      extendedResources: Object.keys(config.devices),
      defaultRuntimeHandler: config.runtimeHandler,
    }),
    hostIPs: addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address),
    getRuntimeClass: (name, signal) => context.getRuntimeClass(name, signal),
  };
}
