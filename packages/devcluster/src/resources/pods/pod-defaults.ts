import type { KubeObject } from '../../registry/definition.ts';
import { canonicalizeResourceList } from '../resource-list.ts';
import { applyContainerDefaults, requestWhatIsLimited } from './container-defaults.ts';
import { applyPodLevelResourceDefaults } from './pod-level-resources.ts';
import type { ContainerStatus, Pod, PodStatus } from './pod-types.ts';
import { applyVolumeDefaults } from './volume-defaults.ts';

const gracePeriodSeconds = 30;

function applySpecDefaults({ spec }: Pod): void {
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= gracePeriodSeconds;
  if (spec.terminationGracePeriodSeconds < 0) spec.terminationGracePeriodSeconds = 1;
  spec.schedulerName ||= 'default-scheduler';
  spec.enableServiceLinks ??= true;
  const serviceAccount = spec.serviceAccountName || spec.serviceAccount;
  if (serviceAccount) {
    spec.serviceAccountName = serviceAccount;
    spec.serviceAccount = serviceAccount;
  }
  canonicalizeResourceList(spec.overhead);
}

function applyHostNetworkDefaults({ spec }: Pod): void {
  if (spec.hostNetwork !== true) return;
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
    for (const port of container.ports ?? []) port.hostPort ||= port.containerPort;
  }
}

/** The server writes these whether they were given or not. */
function applyContainerStatusDefaults(status: ContainerStatus): void {
  status.image ??= '';
  status.imageID ??= '';
  status.lastState ??= {};
  status.ready ??= false;
  status.restartCount ??= 0;
  status.state ??= {};
}

function applyStatusDefaults(status: PodStatus): void {
  const [first] = status.podIPs ?? [];
  if (status.podIP && status.podIP !== first?.ip) status.podIPs = [{ ip: status.podIP }];
  else if (first !== undefined) status.podIP = first.ip;
  for (const condition of status.conditions ?? []) {
    condition.lastProbeTime ??= null;
    condition.lastTransitionTime ??= null;
  }
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = status;
  for (const container of [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses]) {
    applyContainerStatusDefaults(container);
  }
}

/**
 * Fills what the API server fills in a pod by itself, before admission.
 *
 * @throws UndecodableObjectError when an amount of a resource is not a quantity.
 */
export function applyPodDefaults(object: KubeObject): void {
  const pod = object as Pod;
  pod.spec ??= { containers: [] };
  pod.spec.containers ??= [];
  const { spec } = pod;
  const { initContainers = [], ephemeralContainers = [], volumes = [] } = spec;
  for (const container of [...spec.containers, ...initContainers, ...ephemeralContainers]) {
    applyContainerDefaults(container);
  }
  for (const container of [...spec.containers, ...initContainers]) requestWhatIsLimited(container);
  applyPodLevelResourceDefaults(pod);
  for (const volume of volumes) applyVolumeDefaults(volume);
  applySpecDefaults(pod);
  applyHostNetworkDefaults(pod);
  if (pod.status !== undefined) applyStatusDefaults(pod.status);
}
