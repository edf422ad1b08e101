import { objectKey } from '../registry/object-key.ts';
import { notFound } from '../status/errors.ts';
import { type ApiRequest, requestName } from './api-request.ts';
import { presentObject } from './present-object.ts';
import { sendJson } from './respond.ts';

/** Answers a GET of an object, or of a subresource that shows the object. */
export function getObject(request: ApiRequest): void {
  const { registry, resource, namespace } = request;
  const name = requestName(request);
  const stored = registry.store.get(resource.definition.plural, objectKey(namespace, name));
  if (stored === undefined) throw notFound({ group: resource.group, plural: resource.definition.plural }, name);
  sendJson(request.response, 200, presentObject(request, stored));
}
