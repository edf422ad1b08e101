import { applyJsonPatch } from '../patch/json-patch.ts';
import { applyMergePatch, isJsonRecord } from '../patch/merge-patch.ts';
import { PatchError } from '../patch/patch-error.ts';
import { applyStrategicMergePatch } from '../patch/strategic-merge-patch.ts';
import type { KubeObject } from '../registry/definition.ts';
import { updateObject } from '../registry/update-object.ts';
import { UndecodableObjectError } from '../resources/undecodable-object-error.ts';
import { ApiError } from '../status/api-error.ts';
import { badRequest, invalid, notFound, unsupportedPatchType } from '../status/errors.ts';
import { type ApiRequest, isDryRun, requestName } from './api-request.ts';
import { goJsonError } from './go-json-error.ts';
import { parseContentType } from './media-type.ts';
import { presentObject } from './present-object.ts';
import { decodeAs, reportFields } from './read-object.ts';
import { sendJson } from './respond.ts';

const jsonPatch = 'application/json-patch+json';
const mergePatch = 'application/merge-patch+json';
const strategicPatch = 'application/strategic-merge-patch+json';

/** The kinds of patch that are understood; server-side apply is not among them. */
const patchTypes: readonly string[] = [jsonPatch, mergePatch, strategicPatch];

function parsePatch(text: string, type: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest(type === strategicPatch ? goJsonError(text) : `error decoding patch: ${goJsonError(text)}`);
  }
}

function apply(request: ApiRequest, type: string, current: object, patch: unknown): unknown {
  if (type === jsonPatch) return applyJsonPatch(current, patch);
  if (type === strategicPatch) return applyStrategicMergePatch(current, patch, request.resource.schema);
  if (!isJsonRecord(patch)) {
    const shown = Array.isArray(patch) ? 'array' : typeof patch;
    throw new PatchError(
      'malformed',
      `error decoding patch: json: cannot unmarshal ${shown} into Go value of type map[string]interface {}`,
    );
  }
  return applyMergePatch(current, patch);
}

function answerFor(error: PatchError): ApiError {
  const { message } = error;
  switch (error.failure) {
    case 'malformed':
      return badRequest(message);
    case 'rejected':
      return new ApiError({
        code: 422,
        reason: 'Invalid',
        message: 'the server rejected our request due to an error in our request',
        details: {},
        cause: error,
      });
    case 'internal':
      return new ApiError({ code: 500, reason: '', message, cause: error });
  }
}

/** The error of a patch whose result is no valid object; it shows the result. */
function unusable(patched: unknown, why: string): ApiError {
  const shown = JSON.stringify(JSON.stringify(patched));
  const message = `Invalid value: ${shown}: ${why}`;
  return invalid({ group: '', kind: '', name: '' }, [{ reason: 'FieldValueInvalid', field: 'patch', message }]);
}

function patched(request: ApiRequest, type: string, current: KubeObject, patch: unknown): KubeObject {
  const { resource } = request;
  const served = resource.conversion?.toServed(current) ?? current;
  let next: unknown;
  try {
    next = apply(request, type, served, patch);
  } catch (error) {
    if (error instanceof PatchError) throw answerFor(error);
    throw error;
  }
  try {
    const { object, unknownFields } = decodeAs(resource, next);
    const complaints = unknownFields.map((path) => `unknown field ${JSON.stringify(path)}`);
    const refusal = reportFields(request, complaints);
    if (refusal !== undefined) throw unusable(next, refusal);
    if (object.kind !== current.kind)
      throw unusable(
        next,
        `converting (${resource.version}.${object.kind}) to (core.${resource.kind}): unknown conversion`,
      );
    return object;
  } catch (error) {
    if (error instanceof UndecodableObjectError) throw unusable(next, error.message);
    throw error;
  }
}

/** Answers a PATCH. Throws ApiError: 415 for a kind of patch that is not understood, server-side apply among them. */
export async function patchObject(request: ApiRequest): Promise<void> {
  const { resource, registry } = request;
  const type = parseContentType(request.headers['content-type']);
  if (type === 'application/apply-patch+yaml' || type === 'application/apply-patch+cbor') {
    throw new ApiError({
      code: 415,
      reason: 'UnsupportedMediaType',
      message: `415: Unsupported Media Type: this development cluster does not do server-side apply; it accepts ${patchTypes.join(', ')}`,
      details: {},
    });
  }
  if (!patchTypes.includes(type)) throw unsupportedPatchType();
  const patch = parsePatch((await request.body()).toString('utf8'), type);
  const { stored } = updateObject(
    registry,
    resource.definition,
    (current) => {
      if (current === undefined) throw notFound(resource.definition, requestName(request));
      return patched(request, type, current, patch);
    },
    {
      namespace: request.namespace,
      name: requestName(request),
      subresource: request.subresource,
      user: request.user,
      dryRun: isDryRun(request),
      replaces: false,
    },
  );
  sendJson(request.response, 200, presentObject(request, stored), { warnings: request.warnings });
}
