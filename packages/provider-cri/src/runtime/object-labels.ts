import { ownershipFromLabels, ownershipLabels, podRefOfStamp } from '@vk/node/provider';
import type { OwnershipStamp, Pod } from '@vk/node/provider';
import type { ContainerRecord } from '@vk/node/pod-engine';

type Labels = Readonly<Record<string, string>>;

/** What other tools on the host (crictl, log collectors) know pods and containers by. */
const kubernetes = {
  pod: 'io.kubernetes.pod.name',
  namespace: 'io.kubernetes.pod.namespace',
  uid: 'io.kubernetes.pod.uid',
  container: 'io.kubernetes.container.name',
  restartCount: 'io.kubernetes.container.restartCount',
} as const;

/** What a process that starts again has to find. */
const own = {
  appliedHash: 'virtual-kubelet.io/applied-hash',
  specHash: 'virtual-kubelet.io/spec-hash',
  resources: 'virtual-kubelet.io/resources',
  restartDelay: 'virtual-kubelet.io/restart-delay-milliseconds',
  image: 'virtual-kubelet.io/image',
  devices: 'virtual-kubelet.io/devices',
  stopSpec: 'virtual-kubelet.io/stop-spec',
} as const;

export function sandboxLabels(stamp: OwnershipStamp, pod: Pod): Record<string, string> {
  return { ...pod.metadata?.labels, ...kubernetesLabels(stamp), ...ownershipLabels(stamp) };
}

export function sandboxAnnotations(appliedHash: string, pod: Pod): Record<string, string> {
  return { ...pod.metadata?.annotations, [own.appliedHash]: appliedHash };
}

export function appliedHashOf(annotations: Labels): string | undefined {
  return annotations[own.appliedHash];
}

export function containerLabels(stamp: OwnershipStamp, name: string): Record<string, string> {
  return { ...kubernetesLabels(stamp), [kubernetes.container]: name, ...ownershipLabels(stamp) };
}

export interface ContainerMarks extends ContainerRecord {
  /** The image as it was asked for. */
  readonly image: string;
}

export function containerAnnotations(
  marks: Omit<ContainerMarks, 'ref'>,
  devices: readonly string[],
): Record<string, string> {
  return {
    [kubernetes.restartCount]: String(marks.attempt),
    [own.specHash]: marks.specHash,
    [own.resources]: marks.resources,
    [own.restartDelay]: String(marks.restartDelayMilliseconds),
    [own.image]: marks.image,
    ...(devices.length > 0 && { [own.devices]: devices.join(',') }),
    ...(marks.stopSpec !== undefined && { [own.stopSpec]: marks.stopSpec }),
  };
}

/** The devices that a container was given, by their CDI names. */
export function devicesOf(annotations: Labels): readonly string[] {
  return (annotations[own.devices] ?? '').split(',').filter((device) => device !== '');
}

/** Reads back what was kept with a container. Undefined for one that is not ours. */
export function containerMarks(labels: Labels, annotations: Labels, attempt: number): ContainerMarks | undefined {
  const stamp = ownershipFromLabels(labels);
  const name = labels[kubernetes.container];
  if (stamp === undefined || name === undefined) return undefined;
  const stopSpec = annotations[own.stopSpec];
  return {
    ref: podRefOfStamp(stamp),
    name,
    attempt,
    specHash: annotations[own.specHash] ?? '',
    resources: annotations[own.resources] ?? '',
    restartDelayMilliseconds: Number(annotations[own.restartDelay] ?? 0),
    image: annotations[own.image] ?? '',
    ...(stopSpec !== undefined && { stopSpec }),
  };
}

/** The labels by which what belongs to this node is listed; nothing else is ever looked at. */
export function ownLabels(
  owner: Pick<OwnershipStamp, 'clusterId' | 'nodeName'>,
  podUid?: string,
): Record<string, string> {
  const stamp = ownershipLabels({ ...owner, namespace: '', name: '', uid: podUid ?? '' });
  const wanted = Object.entries(stamp).filter(([, value]) => value !== '');
  return Object.fromEntries(wanted);
}

/** The labels of everything of a pod, whosever it is: of a kubelet, or of any node. */
export function anyonesLabels(podUid: string): Record<string, string> {
  return { [kubernetes.uid]: podUid };
}

/** The pod of a container or sandbox of this node; undefined for those of others. */
export function ownPodUid(
  labels: Labels,
  { clusterId, nodeName }: Pick<OwnershipStamp, 'clusterId' | 'nodeName'>,
): string | undefined {
  const stamp = ownershipFromLabels(labels);
  return stamp?.clusterId === clusterId && stamp.nodeName === nodeName ? stamp.uid : undefined;
}

function kubernetesLabels({ namespace, name, uid }: OwnershipStamp): Record<string, string> {
  return { [kubernetes.pod]: name, [kubernetes.namespace]: namespace, [kubernetes.uid]: uid };
}
