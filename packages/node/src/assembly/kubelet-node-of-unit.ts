import type { KubeletNode } from '../kubelet-api/kubelet-node.ts';
import { capabilitiesOf } from '../provider/capabilities.ts';
import type { NodeUnit } from './node-unit.ts';
import type { ResolvedNodesOptions } from './node-options.ts';

/** What the kubelet API shows of one node of the process. */
export function kubeletNodeOf(unit: NodeUnit, settings: ResolvedNodesOptions): KubeletNode {
  const { name, provider, pods, node } = unit;
  const startedAt = settings.clock.now();
  let begun = false;
  pods.ready.then(
    () => (begun = true),
    () => undefined,
  );
  return {
    name,
    provider,
    capabilities: capabilitiesOf(provider),
    startedAt,
    pods: () => pods.pods(),
    findPod: (namespace, pod) => pods.findPod(namespace, pod),
    syncLoopProblem: () => (begun ? undefined : 'the pods of the node have not been read yet'),
    settings: () => ({
      kind: 'VirtualKubeletConfiguration',
      nodeName: name,
      provider: settings.provider.name,
      kubeletVersion: settings.kubeletVersion,
      operatingSystem: node.shape.operatingSystem ?? settings.operatingSystem,
      clusterDomain: settings.clusterDomain,
      onExit: settings.onExit,
      podSyncWorkers: settings.podSyncWorkers,
      leaseDurationSeconds: settings.leaseDurationSeconds,
      pingIntervalMilliseconds: settings.pingIntervalMilliseconds,
      pingTimeoutMilliseconds: settings.pingTimeoutMilliseconds,
      statusReportMilliseconds: settings.statusReportMilliseconds,
      providerTimeoutMilliseconds: settings.providerTimeoutMilliseconds,
      shutdownGraceMilliseconds: settings.shutdownGraceMilliseconds,
    }),
  };
}
