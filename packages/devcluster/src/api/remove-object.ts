import { deleteObject } from '../registry/delete-object.ts';
import { ApiError, type Status } from '../status/api-error.ts';
import { admitNodeRemoval } from './admit-node.ts';
import { type ApiRequest, requestName } from './api-request.ts';
import { readListOptions } from './list-options.ts';
import { listPage } from './list-page.ts';
import { sendPage } from './list-objects.ts';
import { presentObject } from './present-object.ts';
import { readDeleteOptions } from './read-delete-options.ts';
import { sendJson } from './respond.ts';

/** The resources whose deletion answers with the object; the others answer with a Status. */
const returnsObject = new Set([
  'namespaces',
  'persistentvolumeclaims',
  'persistentvolumes',
  'pods',
  'serviceaccounts',
  'services',
]);

/** Answers a DELETE of one object. */
export async function removeObject(request: ApiRequest): Promise<void> {
  const { registry, resource, namespace } = request;
  const { definition } = resource;
  const options = await readDeleteOptions(request);
  admitNodeRemoval(request, requestName(request));
  const { stored, removed } = deleteObject(registry, definition, { namespace, name: requestName(request) }, options);
  const code = !removed && options.propagationPolicy === 'Foreground' ? 202 : 200;
  if (!removed || returnsObject.has(definition.plural)) {
    sendJson(request.response, code, presentObject(request, stored));
    return;
  }
  const status: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: stored.object.metadata.name,
      ...(resource.group === '' ? {} : { group: resource.group }),
      kind: definition.plural,
      uid: stored.object.metadata.uid,
    },
  };
  sendJson(request.response, code, JSON.stringify(status));
}

/** Answers a DELETE of a collection: every selected object, and the list of what was there. */
export async function removeCollection(request: ApiRequest): Promise<void> {
  const { registry, resource, namespace } = request;
  const listOptions = readListOptions(request.query, resource);
  const options = await readDeleteOptions(request);
  const prefix = namespace === undefined ? '' : `${namespace}/`;
  const page = listPage(registry, resource.definition.plural, prefix, listOptions);
  for (const { object } of page.items) {
    admitNodeRemoval(request, object.metadata.name);
    try {
      deleteObject(registry, resource.definition, object.metadata as { namespace: string; name: string }, options);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 404) throw error;
    }
  }
  await sendPage(request, page);
}
