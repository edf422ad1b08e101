import type { KubeObject } from '../registry/definition.ts';
import { groupVersion, type ServedResource } from '../registry/served-resource.ts';
import { UndecodableObjectError } from '../resources/undecodable-object-error.ts';
import { decodeObject } from '../schema/decode.ts';
import { duplicateFields } from '../schema/duplicate-fields.ts';
import { badRequest } from '../status/errors.ts';
import type { ApiRequest } from './api-request.ts';
import { readDocument, shownBytes } from './read-document.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** Reads `fieldValidation` of the query; the API server's default is Warn. Throws ApiError. */
export function readFieldValidation(query: URLSearchParams): FieldValidation {
  const value = query.get('fieldValidation') ?? '';
  if (value === '') return 'Warn';
  if (value === 'Ignore' || value === 'Warn' || value === 'Strict') return value;
  throw badRequest(
    `fieldValidation: Unsupported value: ${JSON.stringify(value)}: supported values: "Ignore", "Warn", "Strict"`,
  );
}

function requireKind(value: Record<string, unknown>, resource: ServedResource): void {
  const kind = typeof value['kind'] === 'string' ? value['kind'] : resource.kind;
  const version = typeof value['apiVersion'] === 'string' ? value['apiVersion'] : groupVersion(resource);
  if (kind === resource.kind && version === groupVersion(resource)) return;
  const short = version.split('/').at(-1) ?? '';
  const internal = resource.group === '' ? 'core' : (resource.group.split('.')[0] ?? '');
  throw badRequest(
    `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${resource.kind}: converting (${short}.${kind}) to (${internal}.${resource.kind}): unknown conversion`,
  );
}

/** Obeys `fieldValidation` for fields that are unknown or given twice: a warning for each, or one error for all. */
export function reportFields(request: ApiRequest, complaints: readonly string[]): string | undefined {
  if (complaints.length === 0) return undefined;
  switch (readFieldValidation(request.query)) {
    case 'Ignore':
      return undefined;
    case 'Warn':
      request.warnings.push(...complaints);
      return undefined;
    case 'Strict':
      return `strict decoding error: ${complaints.join(', ')}`;
  }
}

/** Decodes a value as the resource's type and gives it the form in which it is stored. Throws UndecodableObjectError. */
export function decodeAs(resource: ServedResource, value: unknown): { object: KubeObject; unknownFields: string[] } {
  const { object, unknownFields } = decodeObject(value, resource.schema);
  const typed = object as unknown as KubeObject;
  typed.metadata ??= { name: '', uid: '', resourceVersion: '', creationTimestamp: '' };
  return { object: resource.conversion?.toStored(typed) ?? typed, unknownFields };
}

/** Reads the request's body as an object of its resource. Throws ApiError. */
export async function readObject(request: ApiRequest): Promise<KubeObject> {
  const { resource } = request;
  const { value, text } = await readDocument(request, resource);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const type = Array.isArray(value) ? 'array' : typeof value;
    throw badRequest(
      `the object provided is unrecognized (must be of type ${resource.kind}): couldn't get version/kind; json parse error: json: cannot unmarshal ${type} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (${shownBytes(text ?? '')})`,
    );
  }
  requireKind(value as Record<string, unknown>, resource);
  const cannot = `${resource.kind} in version ${JSON.stringify(resource.version)} cannot be handled as a ${resource.kind}`;
  try {
    const { object, unknownFields } = decodeAs(resource, value);
    const repeated = text === undefined ? [] : duplicateFields(text, value);
    const duplicates = repeated.map((path) => `duplicate field ${JSON.stringify(path)}`);
    const unknown = unknownFields.map((path) => `unknown field ${JSON.stringify(path)}`);
    const error = reportFields(request, [...duplicates, ...unknown]);
    if (error !== undefined) throw badRequest(`${cannot}: ${error}`);
    return object;
  } catch (error) {
    if (error instanceof UndecodableObjectError) throw badRequest(`${cannot}: ${error.message}`);
    throw error;
  }
}
