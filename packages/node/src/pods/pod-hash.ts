import { hash as digest } from 'node:crypto';
import type { Container, Pod } from '../provider/wire.ts';

/** The fields of a container that the API lets change while it runs: the image, and resources by the resize subresource. */
function updatableContainer(container: Container): unknown {
  return { name: container.name, image: container.image, resources: container.resources };
}

/** `JSON.stringify` with sorted keys, so that the order in which the API server writes a map does not matter. */
function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  const fields = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(fields).filter((name) => fields[name] !== undefined);
  return `{${names
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(fields[name])}`)
    .join()}}`;
}

interface KnownHash {
  readonly labels: unknown;
  readonly annotations: unknown;
  readonly hash: string;
}

/** By spec: versions of a pod that differ in their status alone share it. */
const hashes = new WeakMap<object, KnownHash>();

/**
 * A hash of the fields of a pod that may change during its life: images, resources of containers and of the whole, ephemeral containers,
 * `activeDeadlineSeconds`, tolerations, labels and annotations. Anything else, such as a field that a newer API server
 * starts to default, leaves it as it was.
 */
export function podHash(pod: Pod): string {
  const { labels, annotations } = pod.metadata ?? {};
  const key = pod.spec ?? pod;
  const known = hashes.get(key);
  if (known !== undefined && known.labels === labels && known.annotations === annotations) return known.hash;
  const updatable = {
    labels: labels ?? {},
    annotations: annotations ?? {},
    containers: pod.spec?.containers.map(updatableContainer),
    initContainers: pod.spec?.initContainers?.map(updatableContainer) ?? [],
    ephemeralContainers: pod.spec?.ephemeralContainers?.map(({ name, image }) => ({ name, image })) ?? [],
    resources: pod.spec?.resources,
    activeDeadlineSeconds: pod.spec?.activeDeadlineSeconds,
    tolerations: pod.spec?.tolerations ?? [],
  };
  // Not a slice of the whole text, which would keep all of it.
  const hash = digest('sha256', canonicalJson(updatable), 'buffer').toString('hex', 0, 8);
  hashes.set(key, { labels, annotations, hash });
  return hash;
}
