import type { KubeClient } from './client.ts';
import { apiVersionOf, type KubeObject, type ResourceType, resourcePath } from './resource.ts';

export interface ListOptions {
  /** Without one, all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Objects per page; 500 by default. `'all'` asks for everything in one answer. */
  readonly limit?: number | 'all';
}

export interface ListPage<T> {
  readonly items: T[];
  /** The state that the whole list shows: the same on every page. */
  readonly resourceVersion: string;
}

interface RawList<T> {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: (T & { apiVersion?: string; kind?: string })[] | null;
}

const defaultLimit = 500;

/**
 * Lists objects page by page, live (no resourceVersion: a state at least as new as the moment of asking). A continue token
 * that has expired is thrown as the `KubeError` it is: start again.
 */
export async function* listObjects<T extends KubeObject>(
  client: KubeClient,
  type: ResourceType<T>,
  options: ListOptions,
  signal: AbortSignal,
): AsyncGenerator<ListPage<T>, void, undefined> {
  const { namespace, labelSelector, fieldSelector, limit = defaultLimit } = options;
  const path = resourcePath(type, { namespace });
  const typeFields = { apiVersion: apiVersionOf(type), kind: type.kind };
  let continueToken: string | undefined;
  do {
    const list: RawList<T> = await client.request<RawList<T>>({
      verb: 'list',
      method: 'GET',
      path,
      query: { labelSelector, fieldSelector, limit: limit === 'all' ? undefined : limit, continue: continueToken },
      signal,
    });
    // The items of a list come without the two fields that the same object has when it comes from a watch.
    const items = (list.items ?? []).map((item) => Object.assign(item, typeFields));
    yield { items, resourceVersion: list.metadata?.resourceVersion ?? '' };
    continueToken = list.metadata?.continue || undefined;
  } while (continueToken !== undefined);
}

/** All pages of {@link listObjects} together. */
export async function collectObjects<T extends KubeObject>(
  client: KubeClient,
  type: ResourceType<T>,
  options: ListOptions,
  signal: AbortSignal,
): Promise<ListPage<T>> {
  const items: T[] = [];
  let resourceVersion = '';
  for await (const page of listObjects(client, type, options, signal)) {
    for (const item of page.items) items.push(item);
    resourceVersion = page.resourceVersion;
  }
  return { items, resourceVersion };
}
