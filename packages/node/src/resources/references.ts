import { podContainers } from '../environment/pod-containers.ts';
import type { InjectedPolicy } from '../provider/injected-fields.ts';
import type { Pod } from '../provider/wire.ts';
import { isInjectedTokenVolume } from '../volumes/injected-volume.ts';

/** The objects that a pod's environment and volumes are made from. Names are in the pod's namespace. */
export interface PodReferences {
  /** By name; the value is true when every use of it is optional. Sorted by first use. */
  readonly configMaps: ReadonlyMap<string, boolean>;
  readonly secrets: ReadonlyMap<string, boolean>;
  /** In order. They are read when an image is pulled, not watched. */
  readonly imagePullSecrets: readonly string[];
  /** True when the pod's environment tells of the Services of its namespace. */
  readonly serviceLinks: boolean;
}

interface ObjectReference {
  readonly name?: string | undefined;
  readonly optional?: boolean | undefined;
}

/** What a pod refers to, without what the provider's policy for injected fields leaves out. */
export function podReferences(
  pod: Pod,
  injected: Pick<InjectedPolicy, 'kube-api-access' | 'serviceLinks'>,
): PodReferences {
  const configMaps = new Map<string, boolean>();
  const secrets = new Map<string, boolean>();
  for (const { container } of podContainers(pod)) {
    for (const { configMapRef, secretRef } of container.envFrom ?? []) {
      add(configMaps, configMapRef);
      add(secrets, secretRef);
    }
    for (const { value, valueFrom } of container.env ?? []) {
      // As in the kubelet, a value wins over a source.
      if (value !== undefined && value !== '') continue;
      add(configMaps, valueFrom?.configMapKeyRef);
      add(secrets, valueFrom?.secretKeyRef);
    }
  }
  for (const volume of pod.spec?.volumes ?? []) {
    if (isInjectedTokenVolume(volume) && injected['kube-api-access'] !== 'deliver') continue;
    add(configMaps, volume.configMap);
    add(secrets, volume.secret && { name: volume.secret.secretName, optional: volume.secret.optional });
    for (const { configMap, secret } of volume.projected?.sources ?? []) {
      add(configMaps, configMap);
      add(secrets, secret);
    }
  }
  return {
    configMaps,
    secrets,
    imagePullSecrets: (pod.spec?.imagePullSecrets ?? []).flatMap(({ name = '' }) => (name === '' ? [] : [name])),
    serviceLinks: (pod.spec?.enableServiceLinks ?? true) && injected.serviceLinks === 'deliver',
  };
}

function add(references: Map<string, boolean>, reference: ObjectReference | undefined): void {
  const { name = '', optional = false } = reference ?? {};
  if (name !== '') references.set(name, optional && (references.get(name) ?? true));
}
