import { formatQuantity, parseQuantity, roundedToMilli } from './quantity.ts';

/** Amounts by resource name, for example `{ cpu: '500m' }`. */
export type ResourceList = Record<string, string>;

/**
 * Writes every amount of the list as the API server does.
 *
 * @throws UndecodableObjectError when one is not a quantity.
 */
export function canonicalizeResourceList(list: ResourceList | undefined): void {
  if (list === undefined) return;
  for (const [name, value] of Object.entries(list)) list[name] = formatQuantity(roundedToMilli(parseQuantity(value)));
}
