import { nodeIdentity } from '../authorization/node-identity.ts';
import { admitNodeWrite } from '../authorization/node-restriction.ts';
import { objectKey } from '../registry/object-key.ts';
import { withRefusals } from '../registry/refusals.ts';
import { strategyContext } from '../registry/registry.ts';
import { qualified } from '../status/errors.ts';
import type { ApiRequest } from './api-request.ts';

/** Lets a user that is a node delete or evict only what is its own. Throws ApiError (403). */
export function admitNodeRemoval(request: ApiRequest, name: string): void {
  const { registry, resource, namespace, user, subresource } = request;
  if (nodeIdentity(user) === undefined) return;
  const { definition } = resource;
  const previous = registry.store.get(definition.plural, objectKey(namespace, name))?.object;
  if (previous === undefined) return;
  const operation = subresource === '' ? 'DELETE' : 'CREATE';
  const write = { operation, resource: qualified(definition), subresource, name, previous } as const;
  withRefusals(definition, previous, () => admitNodeWrite(user, strategyContext(registry, user), write));
}
