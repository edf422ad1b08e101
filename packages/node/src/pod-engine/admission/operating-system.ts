import type { PodRejection } from '../../provider/pod-admission.ts';
import type { Pod } from '../../provider/wire.ts';

/**
 * The rejection of a pod that is for another operating system: by its own label `kubernetes.io/os`, or by `spec.os.name`. The
 * label of the pod is compared with what the node runs on, not with the label that its Node shows: the kubelet puts that right.
 *
 * Source: `rejectPodAdmissionBasedOnOSSelector` and `rejectPodAdmissionBasedOnOSField` of Kubernetes 1.36.
 */
export function wrongSystem({ metadata, spec }: Pod, operatingSystem: string): PodRejection | undefined {
  const label = metadata?.labels?.['kubernetes.io/os'];
  if (label !== undefined && label !== operatingSystem) {
    const message = "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label";
    return { reason: 'PodOSSelectorNodeLabelDoesNotMatch', message };
  }
  if (spec?.os !== undefined && spec.os.name !== operatingSystem)
    return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" };
  return undefined;
}
