import type { ResourceDefinition } from '../registry/definition.ts';

/** A resource that is only asked and never stored. */
export function reviewDefinition(
  group: string,
  kind: string,
  parts: { namespaced?: boolean; review: NonNullable<ResourceDefinition['review']> },
): ResourceDefinition {
  const singular = kind.toLowerCase();
  return {
    group,
    version: 'v1',
    kind,
    plural: `${singular}s`,
    singular,
    shortNames: [],
    categories: [],
    namespaced: parts.namespaced ?? false,
    subresources: [],
    selectableFields: {},
    columns: [],
    strategy: {},
    review: parts.review,
  };
}
