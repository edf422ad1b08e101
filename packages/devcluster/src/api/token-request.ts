import { formatTime } from '../clock.ts';
import type { FieldCause, KubeObject } from '../registry/definition.ts';
import { normaliseAs } from '../registry/normalise.ts';
import { objectKey } from '../registry/object-key.ts';
import { invalid as invalidField } from '../resources/field-errors.ts';
import { schemaOf } from '../schema/compile-schema.ts';
import { decodeObject } from '../schema/decode.ts';
import { type BoundReference, boundObjects } from '../service-accounts/bound-objects.ts';
import { tokenIssuer } from '../service-accounts/service-account-tokens.ts';
import { nodeIdentity } from '../authorization/node-identity.ts';
import type { Pod } from '../resources/pods/pod-types.ts';
import { nodeTokenProblem } from '../service-accounts/node-token-problem.ts';
import { badRequest, conflict, forbidden, invalid, notFound } from '../status/errors.ts';
import { type ApiRequest, requestName } from './api-request.ts';
import { readDocument } from './read-document.ts';
import { sendJson } from './respond.ts';

interface TokenRequest extends KubeObject {
  spec: { audiences?: string[]; expirationSeconds?: number; boundObjectRef?: BoundReference };
  status?: { token: string; expirationTimestamp: string };
}

export const tokenRequestKind = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' } as const;

const { group, kind } = tokenRequestKind;
const schema = schemaOf(group, 'v1', kind);
const oneHour = 3600;
/** What the kubelet asks for; such a token of a pod for the cluster's API is good for a year, and late after this time. */
const injectedLifetime = 3607;
const extendedLifetime = 365 * 24 * oneHour;

function validateLifetime(seconds: number): FieldCause[] {
  const field = 'spec.expirationSeconds';
  if (seconds < 600) return [invalidField(field, seconds, 'may not specify a duration less than 10 minutes')];
  if (seconds > 2 ** 32) return [invalidField(field, seconds, 'may not specify a duration larger than 2^32 seconds')];
  return [];
}

async function readRequest(request: ApiRequest): Promise<TokenRequest> {
  const { value } = await readDocument(request, { kind, schema });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest(`the object provided is unrecognized (must be of type ${kind})`);
  }
  const decoded = decodeObject(value, schema).object as unknown as TokenRequest;
  decoded.metadata ??= { name: '', uid: '', resourceVersion: '', creationTimestamp: '' };
  decoded.spec ??= {};
  return decoded;
}

function requireSame(given: string | undefined, wanted: string, field: string, what: string): void {
  if (!given || given === wanted) return;
  const causes = [invalidField(`metadata.${field}`, given, `must match the service account ${what} if specified`)];
  throw invalid({ group, kind, name: wanted }, causes);
}

/** A node gets tokens for its own pods only. Throws ApiError (403). */
function requireNodeMay(request: ApiRequest, spec: TokenRequest['spec'], namespace: string, name: string): void {
  const { registry, user } = request;
  const node = nodeIdentity(user);
  if (node === undefined) return;
  const reference = spec.boundObjectRef;
  const pod = registry.store.get('pods', objectKey(namespace, reference?.name ?? ''))?.object as Pod | undefined;
  const asked = { reference, audiences: spec.audiences ?? [] };
  const problem = nodeTokenProblem({ name: node, user: user.name }, asked, pod);
  if (problem !== undefined) throw forbidden({ group: '', plural: 'serviceaccounts' }, name, problem);
}

/** Answers a POST to `serviceaccounts/{name}/token`. Throws ApiError: 400, 404, 409, 422. */
export async function postToken(request: ApiRequest): Promise<void> {
  const { registry, tokens } = request;
  const namespace = request.namespace ?? '';
  const name = requestName(request);
  const body = await readRequest(request);
  requireSame(body.metadata.name, name, 'name', 'name');
  requireSame(body.metadata.namespace, namespace, 'namespace', 'namespace');
  const account = registry.store.get('serviceaccounts', objectKey(namespace, name))?.object;
  if (account === undefined) throw notFound({ group: '', plural: 'serviceaccounts' }, name);
  const { uid } = account.metadata;
  if (body.metadata.uid && body.metadata.uid !== uid) {
    const why = `the UID in the token request (${body.metadata.uid}) does not match the UID of the service account (${uid})`;
    throw conflict({ group, plural: kind }, name, why);
  }
  requireNodeMay(request, body.spec, namespace, name);
  const { audiences = [tokenIssuer], expirationSeconds = oneHour, boundObjectRef } = body.spec;
  const causes = validateLifetime(expirationSeconds);
  if (causes.length > 0) throw invalid({ group, kind, name: '' }, causes);
  const bound = boundObjectRef === undefined ? {} : boundObjects(request, boundObjectRef, { namespace, name });
  const isExtended =
    bound.pod !== undefined &&
    expirationSeconds === injectedLifetime &&
    audiences.every((audience) => audience === tokenIssuer);
  const now = registry.clock.now();
  body.status = {
    token: tokens.issue({
      audiences,
      lifetime: isExtended ? extendedLifetime : expirationSeconds,
      warnAfter: isExtended ? expirationSeconds : undefined,
      claims: { namespace, ...bound, serviceaccount: { name, uid } },
    }),
    expirationTimestamp: formatTime(now + expirationSeconds * 1000),
  };
  body.spec = { ...body.spec, audiences, expirationSeconds };
  body.metadata = { ...body.metadata, name, namespace, uid, creationTimestamp: formatTime(now) };
  normaliseAs(body, tokenRequestKind, schema);
  const { resourceVersion: _none, ...metadata } = body.metadata;
  const answer = { ...body, metadata, spec: { ...body.spec, boundObjectRef: boundObjectRef ?? null } };
  sendJson(request.response, 201, JSON.stringify(answer), { warnings: request.warnings });
}
