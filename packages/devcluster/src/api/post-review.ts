import { type KubeObject } from '../registry/definition.ts';
import { normalise } from '../registry/normalise.ts';
import { strategyContext } from '../registry/registry.ts';
import { StoredObject } from '../store/stored-object.ts';
import type { ApiRequest } from './api-request.ts';
import { presentObject } from './present-object.ts';
import { readObject } from './read-object.ts';
import { sendJson } from './respond.ts';

/** Answers a POST to a resource that is only asked. */
export async function postReview(request: ApiRequest): Promise<void> {
  const { registry, resource, namespace, user, tokens } = request;
  const { definition } = resource;
  const object: KubeObject = await readObject(request);
  object.kind = definition.kind;
  const reader = strategyContext(registry, user);
  definition.review?.(object, { user, namespace, reader, tokens, now: registry.clock.now() });
  normalise(definition, object);
  // Nothing was created: what the metadata of a stored object always has is not there.
  for (const [key, value] of Object.entries(object.metadata))
    if (value === '') Reflect.deleteProperty(object.metadata, key);
  const answer = presentObject(request, new StoredObject('', object, 0));
  sendJson(request.response, 201, answer, { warnings: request.warnings });
}
