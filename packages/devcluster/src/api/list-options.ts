import { badRequest, invalid } from '../status/errors.ts';
import type { StatusCause } from '../status/api-error.ts';
import { type FieldRequirement, matchesFields, parseFieldSelector } from '../selectors/field-selector.ts';
import { type LabelSelector, parseLabelSelector } from '../selectors/label-selector.ts';
import { SelectorError } from '../selectors/selector-error.ts';
import type { KubeObject } from '../registry/definition.ts';
import type { ServedResource } from '../registry/served-resource.ts';

/** `metav1.ListOptions`, read from the query. */
export interface ListOptions {
  isWatch: boolean;
  labels: LabelSelector | undefined;
  fields: readonly FieldRequirement[];
  /** Absent: the newest state. */
  resourceVersion: number | undefined;
  match: '' | 'Exact' | 'NotOlderThan';
  /** Absent: no limit. */
  limit: number | undefined;
  continueToken: string;
  allowWatchBookmarks: boolean;
  sendInitialEvents: boolean | undefined;
  timeoutSeconds: number | undefined;
}

function forbiddenField(field: string, why: string): StatusCause {
  return { reason: 'FieldValueForbidden', field, message: `Forbidden: ${why}` };
}

function unsupported(field: string, value: string, supported: readonly string[]): StatusCause {
  const values = supported.map((one) => JSON.stringify(one)).join(', ');
  return {
    reason: 'FieldValueNotSupported',
    field,
    message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${values}`,
  };
}

const matchField = 'resourceVersionMatch';

function watchCauses(match: string, query: URLSearchParams): StatusCause[] {
  const initial = query.get('sendInitialEvents');
  const causes: StatusCause[] = [];
  if (initial !== null && match !== 'NotOlderThan') {
    causes.push(forbiddenField(matchField, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  }
  if (match === '') return causes;
  if (initial === null) {
    causes.push(
      forbiddenField(matchField, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'),
    );
  }
  if (match !== 'NotOlderThan') causes.push(unsupported(matchField, match, ['NotOlderThan']));
  if (query.get('continue'))
    causes.push(forbiddenField(matchField, 'resourceVersionMatch is forbidden when continue is provided'));
  return causes;
}

function listCauses(match: string, query: URLSearchParams): StatusCause[] {
  const causes: StatusCause[] = [];
  if (query.get('sendInitialEvents') !== null) {
    causes.push(forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  }
  if (match === '') return causes;
  const version = query.get('resourceVersion') ?? '';
  if (version === '') {
    causes.push(forbiddenField(matchField, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  }
  if (query.get('continue'))
    causes.push(forbiddenField(matchField, 'resourceVersionMatch is forbidden when continue is provided'));
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    causes.push(unsupported(matchField, match, ['Exact', 'NotOlderThan', '']));
  }
  if (match === 'Exact' && version === '0') {
    causes.push(forbiddenField(matchField, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  return causes;
}

function readBoolean(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  return value !== 'false' && value !== '0';
}

/** A whole number of the query. Throws ApiError with the message of Go's parser. */
export function readInteger(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  if (!/^[+-]?\d+$/.test(value)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  return Number(value);
}

function readResourceVersion(query: URLSearchParams): number | undefined {
  const value = query.get('resourceVersion') ?? '';
  if (value === '') return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const quoted = JSON.stringify(value);
  throw badRequest(
    `invalid resource version: resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`,
  );
}

function readSelectors(query: URLSearchParams, resource: ServedResource): Pick<ListOptions, 'labels' | 'fields'> {
  const labels = query.get('labelSelector') ?? '';
  const fields = query.get('fieldSelector') ?? '';
  const storedField = resource.conversion?.storedField;
  try {
    return {
      labels: labels === '' ? undefined : parseLabelSelector(labels),
      fields: fields === '' ? [] : parseFieldSelector(fields, resource.definition, storedField),
    };
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message);
    throw error;
  }
}

/** Reads and checks the options of a list or a watch, with the API server's complaints. Throws ApiError. */
export function readListOptions(query: URLSearchParams, resource: ServedResource): ListOptions {
  const isWatch = readBoolean(query, 'watch') ?? false;
  const match = query.get(matchField) ?? '';
  const selectors = readSelectors(query, resource);
  const causes = isWatch ? watchCauses(match, query) : listCauses(match, query);
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions', name: '' }, causes);
  const limit = readInteger(query, 'limit');
  return {
    ...selectors,
    isWatch,
    resourceVersion: readResourceVersion(query),
    match: match as ListOptions['match'],
    limit: limit === undefined || limit <= 0 ? undefined : limit,
    continueToken: query.get('continue') ?? '',
    allowWatchBookmarks: readBoolean(query, 'allowWatchBookmarks') ?? false,
    sendInitialEvents: readBoolean(query, 'sendInitialEvents'),
    timeoutSeconds: readInteger(query, 'timeoutSeconds'),
  };
}

/** Whether the options' selectors choose the object. */
export function isSelected(options: ListOptions, object: KubeObject): boolean {
  return (
    matchesFields(options.fields, object) && (options.labels === undefined || options.labels(object.metadata.labels))
  );
}
