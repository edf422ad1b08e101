import type { Container, EphemeralContainer, Pod } from '../provider/wire.ts';

/** A container of a pod and where it stands. */
export interface PodContainer {
  readonly container: Container | EphemeralContainer;
  readonly kind: 'initContainers' | 'containers' | 'ephemeralContainers';
  /** As events name it: for example `spec.containers{app}`. */
  readonly fieldPath: string;
}

/** All containers of a pod: init, then regular, then ephemeral. */
export function podContainers(pod: Pod): PodContainer[] {
  const kinds = ['initContainers', 'containers', 'ephemeralContainers'] as const;
  return kinds.flatMap((kind) =>
    (pod.spec?.[kind] ?? []).map((container) => ({
      container,
      kind,
      fieldPath: `spec.${kind}{${container.name}}`,
    })),
  );
}
