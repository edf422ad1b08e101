import type { Container, Pod, Volume, VolumeProjection } from '../resources/pods/pod-types.ts';

/** The kinds of objects that a node may read because one of its pods names them. */
export type ReferencedPlural = 'configmaps' | 'persistentvolumeclaims' | 'secrets' | 'serviceaccounts';

/** Reads one name at a path of plain objects. */
function nameAt(value: unknown, ...path: string[]): string | undefined {
  const found = path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The secrets of volumes that are not projected: where each type of volume names one. */
const secretPaths: readonly (readonly string[])[] = [
  ['secret', 'secretName'],
  ['azureFile', 'secretName'],
  ...['cephfs', 'csi', 'flexVolume', 'iscsi', 'rbd', 'scaleIO', 'storageos'].flatMap((type) => [
    [type, 'secretRef', 'name'],
    [type, 'nodePublishSecretRef', 'name'],
  ]),
];

function* ofSource(source: VolumeProjection): Generator<[ReferencedPlural, string | undefined]> {
  yield ['secrets', nameAt(source, 'secret', 'name')];
  yield ['configmaps', nameAt(source, 'configMap', 'name')];
}

function* ofVolume(volume: Volume, podName: string): Generator<[ReferencedPlural, string | undefined]> {
  for (const path of secretPaths) yield ['secrets', nameAt(volume, ...path)];
  yield ['configmaps', nameAt(volume, 'configMap', 'name')];
  yield ['persistentvolumeclaims', nameAt(volume, 'persistentVolumeClaim', 'claimName')];
  if ('ephemeral' in volume) yield ['persistentvolumeclaims', `${podName}-${volume.name}`];
  for (const source of volume.projected?.sources ?? []) yield* ofSource(source);
}

function* ofContainer(container: Container): Generator<[ReferencedPlural, string | undefined]> {
  for (const source of container.envFrom ?? []) {
    yield ['secrets', nameAt(source, 'secretRef', 'name')];
    yield ['configmaps', nameAt(source, 'configMapRef', 'name')];
  }
  for (const { valueFrom } of container.env ?? []) {
    yield ['secrets', nameAt(valueFrom, 'secretKeyRef', 'name')];
    yield ['configmaps', nameAt(valueFrom, 'configMapKeyRef', 'name')];
  }
}

function* references({ spec, metadata }: Pod): Generator<[ReferencedPlural, string | undefined]> {
  yield ['serviceaccounts', spec.serviceAccountName];
  for (const secret of spec.imagePullSecrets ?? []) yield ['secrets', secret.name];
  for (const volume of spec.volumes ?? []) yield* ofVolume(volume, metadata.name);
  const containers = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
  for (const container of containers) yield* ofContainer(container);
}

/** What volumes need of the API beside the objects that they name. */
const volumeNeeds = { csi: 'csidrivers (via CSI volumes)', glusterfs: 'endpoints (via glusterFS volumes)' } as const;
const sourceNeeds = {
  serviceAccountToken: 'serviceaccounts (via projected volumes)',
  clusterTrustBundle: 'clustertrustbundles',
  podCertificate: 'podcertificates',
} as const;

function needOf<Need extends string>(value: object, needs: Readonly<Record<string, Need>>): Need | undefined {
  return Object.entries(needs).find(([field]) => field in value)?.[1];
}

/** The first kind of object that a pod needs, or undefined when it needs nothing of the API. */
export function firstReference(pod: Pod): string | undefined {
  for (const [kind, referenced] of references(pod)) if (referenced) return kind;
  if ((pod.spec.resourceClaims ?? []).length > 0) return 'resourceclaims';
  for (const volume of pod.spec.volumes ?? []) {
    const sources = volume.projected?.sources ?? [];
    const need = needOf(volume, volumeNeeds) ?? sources.map((source) => needOf(source, sourceNeeds)).find(Boolean);
    if (need !== undefined) return need;
  }
  return undefined;
}

/** Whether a pod names an object, so that its node needs it. A mirror pod, which its node made itself, names none. */
export function podReferences(pod: Pod, plural: ReferencedPlural, name: string): boolean {
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return false;
  for (const [kind, referenced] of references(pod)) if (kind === plural && referenced === name) return true;
  return false;
}
