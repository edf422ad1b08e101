import { createObject } from '../registry/create-object.ts';
import { updateObject } from '../registry/update-object.ts';
import { type ApiRequest, isDryRun, requestName } from './api-request.ts';
import { presentObject } from './present-object.ts';
import { readObject } from './read-object.ts';
import { sendJson } from './respond.ts';

/** Answers a POST to a collection. */
export async function postObject(request: ApiRequest): Promise<void> {
  const { registry, resource, namespace, user } = request;
  const object = await readObject(request);
  const stored = createObject(registry, resource.definition, object, { namespace, user, dryRun: isDryRun(request) });
  sendJson(request.response, 201, presentObject(request, stored), { warnings: request.warnings });
}

/** Answers a PUT to an object or to a subresource of it. */
export async function putObject(request: ApiRequest): Promise<void> {
  const { registry, resource, namespace, user, subresource } = request;
  const object = await readObject(request);
  const { stored, created } = updateObject(registry, resource.definition, () => object, {
    namespace,
    name: requestName(request),
    subresource,
    user,
    dryRun: isDryRun(request),
    replaces: true,
  });
  sendJson(request.response, created ? 201 : 200, presentObject(request, stored), { warnings: request.warnings });
}
