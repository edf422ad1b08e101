import type { FieldError } from '../provider/field-error.ts';
import type { InjectedField, InjectedPolicy } from '../provider/injected-fields.ts';
import type { Container, Pod } from '../provider/wire.ts';
import { isInjectedTokenVolume } from '../volumes/injected-volume.ts';

/** Something that the API server put into a pod, and where. */
interface InjectedPart {
  readonly field: InjectedField;
  readonly path: string;
}

/** The injected parts that a pod carries, by path. */
function injectedParts(pod: Pod): InjectedPart[] {
  const parts: InjectedPart[] = [];
  (pod.spec?.volumes ?? []).forEach((volume, index) => {
    if (isInjectedTokenVolume(volume)) parts.push({ field: 'kube-api-access', path: `spec.volumes[${index}]` });
  });
  if (pod.spec?.enableServiceLinks === true) parts.push({ field: 'serviceLinks', path: 'spec.enableServiceLinks' });
  if (pod.spec?.dnsPolicy === 'ClusterFirst') parts.push({ field: 'dnsPolicy', path: 'spec.dnsPolicy' });
  (pod.spec?.containers ?? []).forEach((container, index) => {
    if (container.terminationMessagePath !== undefined) {
      parts.push({ field: 'terminationMessage', path: `spec.containers[${index}].terminationMessagePath` });
    }
  });
  (pod.spec?.tolerations ?? []).forEach((toleration, index) => {
    const automatic =
      toleration.key === 'node.kubernetes.io/not-ready' || toleration.key === 'node.kubernetes.io/unreachable';
    if (automatic && toleration.tolerationSeconds === 300)
      parts.push({ field: 'defaultTolerations', path: `spec.tolerations[${index}]` });
  });
  return parts;
}

/** The injected parts that the policy refuses. */
export function refusedByPolicy(pod: Pod, policy: InjectedPolicy): FieldError[] {
  return injectedParts(pod)
    .filter(({ field }) => policy[field] === 'refuse')
    .map(({ field, path }) => ({
      field: path,
      message: `this provider refuses what the API server injects here (${field})`,
    }));
}

/** The paths of the injected parts that the pod runs without. */
export function omittedByPolicy(pod: Pod, policy: InjectedPolicy): string[] {
  return injectedParts(pod)
    .filter(({ field }) => policy[field] === 'omit')
    .map(({ path }) => path);
}

/** The pod as a provider should judge it: without the access volume and its mounts when the policy omits them. */
export function withoutOmittedVolumes(pod: Pod, policy: InjectedPolicy): Pod {
  const omitted = new Set(
    policy['kube-api-access'] === 'omit'
      ? (pod.spec?.volumes ?? []).filter(isInjectedTokenVolume).map(({ name }) => name)
      : [],
  );
  if (pod.spec === undefined || omitted.size === 0) return pod;
  const withoutMounts = <C extends Container>(container: C): C => ({
    ...container,
    volumeMounts: container.volumeMounts?.filter(({ name }) => !omitted.has(name)),
  });
  return {
    ...pod,
    spec: {
      ...pod.spec,
      volumes: pod.spec.volumes?.filter(({ name }) => !omitted.has(name)),
      containers: pod.spec.containers.map(withoutMounts),
      initContainers: pod.spec.initContainers?.map(withoutMounts),
    },
  };
}
