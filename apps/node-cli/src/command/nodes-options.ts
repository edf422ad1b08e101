import type { NodesOptions } from '@vk/node';
import type { FlagValues } from '../flags/flag-values.ts';

/** What the flags say of the nodes, in the library's words. */
export type FlaggedNodesOptions = Pick<
  NodesOptions,
  | 'names'
  | 'clusterId'
  | 'clusterDomain'
  | 'operatingSystem'
  | 'addresses'
  | 'labels'
  | 'taints'
  | 'adoptNode'
  | 'onExit'
  | 'podSyncWorkers'
  | 'pingIntervalMilliseconds'
  | 'pingTimeoutMilliseconds'
  | 'statusReportMilliseconds'
  | 'leaseDurationSeconds'
  | 'shutdownGraceMilliseconds'
>;

export function nodesOptions(flags: FlagValues, providerName: string): FlaggedNodesOptions {
  return {
    names: nodeNames(flags),
    ...(flags.clusterId !== undefined && { clusterId: flags.clusterId }),
    clusterDomain: flags.clusterDomain,
    operatingSystem: flags.os,
    ...(flags.nodeIp !== undefined && { addresses: [{ type: 'InternalIP', address: flags.nodeIp }] }),
    ...(flags.nodeLabels !== undefined && { labels: flags.nodeLabels }),
    taints: flags.disableTaint
      ? []
      : [{ key: flags.taintKey, value: flags.taintValue ?? providerName, effect: flags.taintEffect }],
    adoptNode: flags.adoptNode,
    onExit: flags.onExit,
    podSyncWorkers: flags.podSyncWorkers,
    pingIntervalMilliseconds: flags.pingInterval,
    pingTimeoutMilliseconds: flags.pingTimeout,
    statusReportMilliseconds: flags.nodeStatusInterval,
    leaseDurationSeconds: Math.floor(flags.leaseDuration / 1_000),
    shutdownGraceMilliseconds: flags.shutdownGrace,
  };
}

/** One node has the name itself; several are numbered from 0. */
export function nodeNames({ nodename, nodes }: Pick<FlagValues, 'nodename' | 'nodes'>): string[] {
  return nodes === 1 ? [nodename] : Array.from({ length: nodes }, (_, index) => `${nodename}-${index}`);
}
