import { NotFound } from '@vk/node/provider';
import type { FileSystemStats, OwnershipStamp, PodRef, PodStats } from '@vk/node/provider';
import { runtimeService, type CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { CriError } from '../client/cri-error.ts';
import { ListContainerStatsRequest, ListPodSandboxStatsRequest } from '../generated/api.ts';
import type { PodSandboxStats } from '../generated/api.ts';
import { ownLabels } from '../runtime/object-labels.ts';
import type { RuntimeListing } from '../runtime/runtime-listing.ts';
import type { CpuRates } from './cpu-rates.ts';
import { podStats } from './pod-stats.ts';

export interface StatsSources {
  readonly client: CriClient;
  readonly listing: RuntimeListing;
  readonly owner: Pick<OwnershipStamp, 'clusterId' | 'nodeName'>;
  readonly rates: CpuRates;
  readonly writable?: FileSystemStats;
}

/** The figures of pods that have a sandbox, from two calls for all of them. */
export async function readPodStats(
  refs: readonly PodRef[],
  { client, listing, owner, rates, writable }: StatsSources,
  limits: CallLimits,
): Promise<PodStats[]> {
  const labelSelector = ownLabels(owner);
  const request = ListContainerStatsRequest.fromPartial({ filter: { labelSelector } });
  const [{ stats }, sandboxStats, sandboxes, containers] = await Promise.all([
    client.runtime.call(runtimeService.listContainerStats, request, limits),
    sandboxStatsOf(client, labelSelector, limits),
    listing.sandboxes({}, limits),
    listing.containers({}, limits),
  ]);
  const byContainer = new Map(stats.map((entry) => [entry.attributes?.id ?? '', entry]));
  const bySandbox = new Map(sandboxStats.map((entry) => [entry.attributes?.id ?? '', entry]));
  rates.keep(new Set([...byContainer.keys(), ...bySandbox.keys()]));
  return refs.flatMap((ref) => {
    const sandbox = sandboxes.find((candidate) => candidate.ref.uid === ref.uid && candidate.state === 'ready');
    if (sandbox === undefined) return [];
    const runs = containers.flatMap((run) => {
      const entry = byContainer.get(run.id);
      return run.sandboxId === sandbox.id && run.state === 'running' && entry !== undefined
        ? [{ run, stats: entry }]
        : [];
    });
    const figures = { ref, startedAt: sandbox.createdAt, sandbox: bySandbox.get(sandbox.id), containers: runs };
    return [podStats({ ...figures, ...(writable !== undefined && { writable }) }, rates)];
  });
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
