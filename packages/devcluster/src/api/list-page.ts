import type { Registry } from '../registry/registry.ts';
import { badRequest, expired, tooLargeResourceVersion } from '../status/errors.ts';
import type { StoredObject } from '../store/stored-object.ts';
import { decodeContinue, encodeContinue } from './continue-token.ts';
import { isSelected, type ListOptions } from './list-options.ts';

/** One page of a list, taken from one consistent state of the store. */
export interface ListPage {
  items: StoredObject[];
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
}

const listTooOld = 'The resourceVersion for the provided list is too old.';
const continueTooOld =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

interface Source {
  objects: StoredObject[];
  revision: number;
}

function continued(registry: Registry, plural: string, prefix: string, options: ListOptions): Source {
  if (options.resourceVersion !== undefined && options.resourceVersion !== 0) {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const { revision, startKey } = decodeContinue(options.continueToken);
  const wanted = revision < 0 ? registry.store.revision : revision;
  const objects = registry.store.snapshot(plural, wanted, prefix);
  if (objects === undefined) throw expired(continueTooOld, encodeContinue({ revision: -1, startKey }));
  return { objects: objects.filter((stored) => stored.key >= startKey), revision: wanted };
}

function fresh(registry: Registry, plural: string, prefix: string, options: ListOptions): Source {
  const { store } = registry;
  const version = options.resourceVersion ?? 0;
  if (version > store.revision) throw tooLargeResourceVersion(version, store.revision);
  const isExact = options.match === 'Exact' || (options.match === '' && options.limit !== undefined);
  if (!isExact || version === 0) return { objects: store.list(plural, prefix), revision: store.revision };
  const objects = store.snapshot(plural, version, prefix);
  if (objects === undefined) throw expired(listTooOld);
  return { objects, revision: version };
}

/**
 * Takes a page of a resource. `prefix` is the namespace with its slash, or empty for all. Throws ApiError: 410 when the
 * wanted state is no longer known, 504 when it lies in the future.
 */
export function listPage(registry: Registry, plural: string, prefix: string, options: ListOptions): ListPage {
  const isContinued = options.continueToken !== '';
  const { objects, revision } = isContinued
    ? continued(registry, plural, prefix, options)
    : fresh(registry, plural, prefix, options);
  const isFiltered = options.labels !== undefined || options.fields.length > 0;
  const selected = isFiltered ? objects.filter((stored) => isSelected(options, stored.object)) : objects;
  const metadata: ListPage['metadata'] = { resourceVersion: String(revision) };
  // A list at resourceVersion 0 comes from the API server's cache, which knows no pages.
  const limit = options.resourceVersion === 0 && !isContinued ? undefined : options.limit;
  if (limit === undefined || selected.length <= limit) return { items: selected, metadata };
  const items = selected.slice(0, limit);
  metadata.continue = encodeContinue({ revision, startKey: `${items.at(-1)?.key ?? ''}\0` });
  if (!isFiltered) metadata.remainingItemCount = selected.length - limit;
  return { items, metadata };
}
