import type { AccessVerb } from '../request-access.ts';
import type { Route } from './route.ts';

const verbs: Readonly<Record<string, AccessVerb>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** What is asked about a request before it is looked at any further. A method that the API has no verb for is asked about as `create`. */
export function accessQuestion(
  route: Route | undefined,
  method: string,
): { readonly verb: AccessVerb; readonly subresources: readonly string[] } {
  return {
    verb: route?.verb ?? verbs[method] ?? 'create',
    subresources: route?.subresources ?? ['proxy'],
  };
}
