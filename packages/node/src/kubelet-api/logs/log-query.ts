import { HttpError } from '../errors/http-error.ts';

/** What a reader of logs asked for, as PodLogOptions of core/v1 has it. */
export interface LogQuery {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  /** Milliseconds since the epoch. */
  readonly sinceTime?: number;
  readonly limitBytes?: number;
  readonly stream?: 'stdout' | 'stderr';
}

const streams: Readonly<Record<string, 'stdout' | 'stderr' | 'all'>> = {
  Stdout: 'stdout',
  Stderr: 'stderr',
  All: 'all',
};

/**
 * Reads the query of `/containerLogs` as the kubelet does; what it does not know is left alone.
 *
 * @param now milliseconds since the epoch, from which `sinceSeconds` counts.
 * @throws HttpError 400 for what cannot be read, 422 for what may not be asked.
 */
export function readLogQuery(query: URLSearchParams, now: number): LogQuery {
  // An old name of tailLines; `all` is what leaving it out means.
  const tail = query.get('tail') ?? '';
  const tailLines = tail === 'all' ? undefined : integer('tailLines', tail === '' ? query.get('tailLines') : tail);
  const limitBytes = integer('limitBytes', query.get('limitBytes'));
  const sinceSeconds = integer('sinceSeconds', query.get('sinceSeconds'));
  const sinceTime = time(query.get('sinceTime'));
  const wanted = query.get('stream') ?? 'All';
  const stream = streams[wanted];
  if (tailLines !== undefined && tailLines < 0) throw invalid('tailLines: must be greater than or equal to 0');
  if (limitBytes !== undefined && limitBytes < 1) throw invalid('limitBytes: must be greater than 0');
  if (sinceSeconds !== undefined && sinceTime !== undefined)
    throw invalid('at most one of sinceTime or sinceSeconds may be specified');
  if (sinceSeconds !== undefined && sinceSeconds < 1) throw invalid('sinceSeconds: must be greater than 0');
  if (stream === undefined) throw invalid('stream: supported values: "All", "Stdout", "Stderr"');
  if (stream !== 'all' && tailLines !== undefined)
    throw invalid('tailLines and a specific stream are mutually exclusive');
  const since = sinceSeconds === undefined ? sinceTime : now - sinceSeconds * 1_000;
  return {
    follow: flag(query.get('follow')),
    previous: flag(query.get('previous')),
    timestamps: flag(query.get('timestamps')),
    ...(tailLines !== undefined && { tailLines }),
    ...(since !== undefined && { sinceTime: since }),
    ...(limitBytes !== undefined && { limitBytes }),
    ...(stream !== 'all' && { stream }),
  };
}

/** As apimachinery reads a bool in a query: given at all is true, `false` and `0` are not. */
function flag(text: string | null): boolean {
  return text !== null && text !== '0' && text.toLowerCase() !== 'false';
}

function integer(name: string, text: string | null): number | undefined {
  if (text === null) return undefined;
  const value = /^[+-]?\d{1,19}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw undecodable(`${name}: not a whole number`);
  return value;
}

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

function time(text: string | null): number | undefined {
  if (text === null || text === '' || text === 'null') return undefined;
  const value = rfc3339.test(text) ? Date.parse(text.replace(',', '.')) : Number.NaN;
  if (Number.isNaN(value)) throw undecodable('sinceTime: not a time in the form of RFC 3339');
  return value;
}

function undecodable(problem: string): HttpError {
  return new HttpError(400, JSON.stringify({ message: `Unable to decode query. ${problem}` }));
}

function invalid(problem: string): HttpError {
  return new HttpError(422, JSON.stringify({ message: `Invalid request. ${problem}` }));
}
