import type { Container, EphemeralContainer, Pod } from '@vk/node/provider';

/** A container of a pod with the path of its field. */
export interface PlacedContainer {
  readonly field: string;
  readonly container: Container | EphemeralContainer;
}

/** Every container of a pod: init, regular and ephemeral. */
export function placedContainers({ spec }: Pod): PlacedContainer[] {
  const lists = {
    initContainers: spec?.initContainers ?? [],
    containers: spec?.containers ?? [],
    ephemeralContainers: spec?.ephemeralContainers ?? [],
  };
  return Object.entries(lists).flatMap(([name, list]) =>
    list.map((container, index) => ({ field: `spec.${name}[${index}]`, container })),
  );
}

/** The path of a container's field, for messages that name it. */
export function containerField(pod: Pod, name: string): string {
  return placedContainers(pod).find(({ container }) => container.name === name)?.field ?? `spec.containers{${name}}`;
}
