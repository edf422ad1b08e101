import { NotFound } from '@vk/node/provider';
import type { Clock, FileSystemStats, OwnershipStamp, PodRef, PodStats } from '@vk/node/provider';
import { runtimeService, type CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { CriError } from '../client/cri-error.ts';
import { ListContainerStatsRequest, ListPodSandboxStatsRequest } from '../generated/api.ts';
import type { ContainerStats, PodSandboxStats } from '../generated/api.ts';
import { cgroupProcesses } from '../host/cgroup-processes.ts';
import { directoryUsage } from '../host/directory-usage.ts';
import { fileSystemStats } from '../host/file-system-stats.ts';
import type { HostPaths } from '../host/host-paths.ts';
import { podCgroups } from '../mapping/cgroup-parent.ts';
import { ownLabels } from '../runtime/object-labels.ts';
import type { RuntimeCgroups } from '../runtime/runtime-cgroups.ts';
import type { RuntimeListing } from '../runtime/runtime-listing.ts';
import type { CpuRates } from './cpu-rates.ts';
import { podStats, type ContainerFigures } from './pod-stats.ts';
import type { VolumeMeter } from './volume-meter.ts';

export interface StatsSources {
  readonly client: CriClient;
  readonly listing: RuntimeListing;
  readonly owner: Pick<OwnershipStamp, 'clusterId' | 'nodeName'>;
  readonly rates: CpuRates;
  readonly paths: HostPaths;
  readonly clock: Clock;
  readonly volumeMeter: VolumeMeter;
  readonly cgroup: RuntimeCgroups;
  readonly resourceSettings: { readonly unifiedCgroups: boolean };
}

/** The files of one container's logs: rotation keeps them few. */
const mostLogFiles = 1_000;

/** The figures of pods that have a sandbox, from two calls for all of them. */
export async function readPodStats(
  refs: readonly PodRef[],
  { client, listing, owner, rates, paths, clock, volumeMeter, cgroup, resourceSettings }: StatsSources,
  limits: CallLimits,
): Promise<PodStats[]> {
  const labelSelector = ownLabels(owner);
  const request = ListContainerStatsRequest.fromPartial({ filter: { labelSelector } });
  const [{ stats }, sandboxStats, sandboxes, containers, logDisk] = await Promise.all([
    client.runtime.call(runtimeService.listContainerStats, request, limits),
    sandboxStatsOf(client, labelSelector, limits),
    listing.sandboxes({}, limits),
    listing.containers({}, limits),
    fileSystemStats(paths.logs, clock),
  ]);
  const byContainer = new Map(stats.map((entry) => [entry.attributes?.id ?? '', entry]));
  const bySandbox = new Map(sandboxStats.map((entry) => [entry.attributes?.id ?? '', entry]));
  rates.keep(new Set([...byContainer.keys(), ...bySandbox.keys()]));
  const disks = await disksOf(stats, clock);
  const up = refs.flatMap((ref) => {
    const sandbox = sandboxes.find((candidate) => candidate.ref.uid === ref.uid && candidate.state === 'ready');
    return sandbox === undefined ? [] : [{ ref, sandbox }];
  });
  const hierarchies = { root: '/sys/fs/cgroup', unified: resourceSettings.unifiedCgroups };
  const volumes = volumeMeter.figuresOf(up.map(({ ref }) => ref.uid));
  return Promise.all(
    up.map(async ({ ref, sandbox }) => {
      const figures = containers.map(async (run): Promise<ContainerFigures[]> => {
        const entry = byContainer.get(run.id);
        if (run.sandboxId !== sandbox.id || run.state !== 'running' || entry === undefined) return [];
        const logs = await directoryUsage(paths.containerLogs(ref, run.name), { ...limits, mostEntries: mostLogFiles });
        const disk = disks.get(entry.writableLayer?.fsId?.mountpoint ?? '');
        return [{ run, stats: entry, ...(logs !== undefined && { logs }), ...(disk !== undefined && { disk }) }];
      });
      const whole = bySandbox.get(sandbox.id);
      // CRI-O 1.34 has the network of a pod only, where cgroups are not systemd's.
      const processes =
        whole?.linux?.process === undefined
          ? await cgroupProcesses(podCgroups(ref.uid, await cgroup.settings(limits)), hierarchies)
          : undefined;
      return podStats(
        {
          ref,
          startedAt: sandbox.createdAt,
          sandbox: whole,
          ...(processes !== undefined && { processes }),
          containers: (await Promise.all(figures)).flat(),
          volumes: volumes.get(ref.uid) ?? [],
          ...(logDisk !== undefined && { logDisk }),
        },
        rates,
      );
    }),
  );
}

/** The file systems that containers write to, by where they are mounted. */
async function disksOf(
  stats: readonly ContainerStats[],
  clock: Clock,
): Promise<ReadonlyMap<string, FileSystemStats | undefined>> {
  const places = new Set(stats.flatMap(({ writableLayer }) => writableLayer?.fsId?.mountpoint ?? []));
  return new Map(
    await Promise.all([...places].map(async (place) => [place, await fileSystemStats(place, clock)] as const)),
  );
}

/**
 * Older runtimes have no figures of sandboxes, and containerd 1.6 gives none at all while one sandbox is just coming or going:
 * then those of the containers have to do.
 */
async function sandboxStatsOf(
  { runtime }: CriClient,
  labelSelector: Record<string, string>,
  limits: CallLimits,
): Promise<readonly PodSandboxStats[]> {
  try {
    const request = ListPodSandboxStatsRequest.fromPartial({ filter: { labelSelector } });
    return (await runtime.call(runtimeService.listPodSandboxStats, request, limits)).stats;
  } catch (error) {
    if (error instanceof CriError || NotFound.isInstance(error)) return [];
    throw error;
  }
}
