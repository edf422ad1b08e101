import type { DeleteRequest } from '../registry/delete-object.ts';
import { badRequest, invalid } from '../status/errors.ts';
import { schemaOf } from '../schema/compile-schema.ts';
import type { ApiRequest } from './api-request.ts';
import { readInteger } from './list-options.ts';
import { readDocument } from './read-document.ts';

const policies = ['Foreground', 'Background', 'Orphan'] as const;

interface RawDeleteOptions {
  gracePeriodSeconds?: number | null;
  preconditions?: { uid?: string | null; resourceVersion?: string | null } | null;
  propagationPolicy?: string | null;
  orphanDependents?: boolean | null;
  dryRun?: string[] | null;
}

const expected = { kind: 'DeleteOptions', schema: schemaOf('', 'v1', 'DeleteOptions') };

async function fromBody(request: ApiRequest): Promise<RawDeleteOptions> {
  const { value } = await readDocument(request, expected);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw badRequest('the object provided is unrecognized (must be of type DeleteOptions)');
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
  const isEmpty = (await request.body()).length === 0;
  const raw = isEmpty ? fromQuery(request.query) : await fromBody(request);
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
