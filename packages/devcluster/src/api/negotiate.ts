import { notAcceptable } from '../status/errors.ts';
import { acceptsJson, parseAccept } from './media-type.ts';
import type { Presentation } from './presentation.ts';

const metaGroup = 'meta.k8s.io';

/** Picks the first alternative of an Accept header that can be served. Throws ApiError (406) when there is none. */
export function negotiate(accept: string | undefined, target: 'object' | 'list'): Presentation {
  for (const alternative of parseAccept(accept)) {
    if (!acceptsJson(alternative)) continue;
    const { as, g, v = 'v1' } = alternative.parameters;
    if (as === undefined) return { as: 'object' };
    if (g !== metaGroup || (v !== 'v1' && v !== 'v1beta1')) continue;
    if (as === 'Table') return { as: 'table', version: v };
    if (as === 'PartialObjectMetadata' && target === 'object') return { as: 'metadata', version: v };
    if (as === 'PartialObjectMetadataList' && target === 'list') return { as: 'metadata', version: v };
  }
  throw notAcceptable();
}
