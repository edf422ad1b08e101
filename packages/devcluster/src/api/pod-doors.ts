import { bindPod } from '../registry/bind-pod.ts';
import { deleteObject, type DeleteRequest } from '../registry/delete-object.ts';
import type { Binding } from '../resources/pods/bind-pod.ts';
import type { Status } from '../status/api-error.ts';
import { schemaOf } from '../schema/compile-schema.ts';
import { badRequest } from '../status/errors.ts';
import { admitNodeRemoval } from './admit-node.ts';
import { type ApiRequest, isDryRun, requestName } from './api-request.ts';
import { readDocument } from './read-document.ts';
import { sendJson } from './respond.ts';

interface Body extends Binding {
  deleteOptions?: {
    gracePeriodSeconds?: number;
    preconditions?: { uid?: string; resourceVersion?: string };
    dryRun?: string[];
  };
}

const created: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

async function readBody(request: ApiRequest, group: string, kind: string): Promise<Body> {
  const { value } = await readDocument(request, { kind, schema: schemaOf(group, 'v1', kind) });
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw badRequest(`the object provided is unrecognized (must be of type ${kind})`);
}

function requireName(body: Body, name: string): void {
  const given = body.metadata?.name;
  if (given && given !== name) throw badRequest(`name in URL does not match name in Binding object`);
}

/** Answers a POST to `pods/{name}/binding`. */
export async function postBinding(request: ApiRequest): Promise<void> {
  const body = await readBody(request, '', 'Binding');
  const name = requestName(request);
  requireName(body, name);
  bindPod(request.registry, { namespace: request.namespace ?? '', name, binding: body, dryRun: isDryRun(request) });
  sendJson(request.response, 201, JSON.stringify(created));
}

/** Answers a POST to `pods/{name}/eviction`; there are no disruption budgets here, so it deletes the pod. */
export async function postEviction(request: ApiRequest): Promise<void> {
  const body = await readBody(request, 'policy', 'Eviction');
  const options = body.deleteOptions ?? {};
  const wanted: DeleteRequest = {
    dryRun: isDryRun(request) || (options.dryRun?.includes('All') ?? false),
    ...(options.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: options.gracePeriodSeconds }),
    ...(options.preconditions === undefined ? {} : { preconditions: options.preconditions }),
  };
  const target = { namespace: request.namespace, name: requestName(request) };
  admitNodeRemoval(request, target.name);
  deleteObject(request.registry, request.resource.definition, target, wanted);
  sendJson(request.response, 201, JSON.stringify(created));
}
