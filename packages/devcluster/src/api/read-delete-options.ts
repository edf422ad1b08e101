import type { DeleteRequest } from '../registry/delete-object.ts';
import { badRequest, invalid, unsupportedBody } from '../status/errors.ts';
import type { ApiRequest } from './api-request.ts';
import { goJsonError } from './go-json-error.ts';
import { readInteger } from './list-options.ts';
import { parseContentType } from './media-type.ts';

const policies = ['Foreground', 'Background', 'Orphan'] as const;

interface RawDeleteOptions {
  gracePeriodSeconds?: number | null;
  preconditions?: { uid?: string | null; resourceVersion?: string | null } | null;
  propagationPolicy?: string | null;
  orphanDependents?: boolean | null;
  dryRun?: string[] | null;
}

function parse(text: string): RawDeleteOptions {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw badRequest('the object provided is unrecognized (must be of type DeleteOptions)');
    }
    return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest(`couldn't get version/kind; json parse error: ${goJsonError(text)}`);
  }
}

function fromQuery(query: URLSearchParams): RawDeleteOptions {
  const grace = readInteger(query, 'gracePeriodSeconds');
  const policy = query.get('propagationPolicy');
  const uid = query.get('preconditions.uid');
  return {
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(uid === null ? {} : { preconditions: { uid } }),
    dryRun: query.getAll('dryRun'),
  };
}

function readPolicy(raw: RawDeleteOptions): DeleteRequest['propagationPolicy'] {
  const policy = raw.propagationPolicy;
  if (policy === undefined || policy === null || policy === '') {
    if (raw.orphanDependents === true) return 'Orphan';
    return raw.orphanDependents === false ? 'Background' : undefined;
  }
  const known = policies.find((one) => one === policy);
  if (known !== undefined) return known;
  const supported = [...policies, 'nil'].map((one) => JSON.stringify(one)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(policy)}: supported values: ${supported}`;
  throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions', name: '' }, [
    { reason: 'FieldValueNotSupported', field: 'propagationPolicy', message },
  ]);
}

/** Reads the options of a deletion: from the body when there is one, else from the query. Throws ApiError. */
export async function readDeleteOptions(request: ApiRequest): Promise<DeleteRequest> {
  const text = await request.body();
  if (text !== '' && parseContentType(request.headers['content-type']) !== 'application/json') {
    throw unsupportedBody(['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']);
  }
  const raw = text === '' ? fromQuery(request.query) : parse(text);
  const { uid, resourceVersion } = raw.preconditions ?? {};
  const policy = readPolicy(raw);
  return {
    dryRun: raw.dryRun?.includes('All') ?? false,
    ...(typeof raw.gracePeriodSeconds === 'number' ? { gracePeriodSeconds: raw.gracePeriodSeconds } : {}),
    ...(policy === undefined ? {} : { propagationPolicy: policy }),
    preconditions: {
      ...(typeof uid === 'string' ? { uid } : {}),
      ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
    },
  };
}
