import { formatTime } from '../clock.ts';
import { forbidden, invalid as invalidValue } from '../resources/field-errors.ts';
import type { FieldCause } from '../registry/definition.ts';
import { badRequest, invalid } from '../status/errors.ts';
import { readInteger } from '../api/list-options.ts';
import { readBoolean } from './read-boolean.ts';

/** What is asked of a container's log, as `PodLogOptions` of core v1. */
export interface PodLogOptions {
  container: string;
  /** What of it concerns the node, as its kubelet takes it. */
  forNode: URLSearchParams;
  insecureSkipTlsVerifyBackend: boolean;
}

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** Whole seconds in UTC, as the API server hands it on. Throws ApiError (400). */
function readTime(query: URLSearchParams, name: string): string | undefined {
  const value = query.get(name);
  if (value === null || value === '' || value === 'null') return undefined;
  const milliseconds = rfc3339.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(milliseconds)) return formatTime(milliseconds);
  const quoted = JSON.stringify(value);
  throw badRequest(`parsing time ${quoted} as "2006-01-02T15:04:05Z07:00": cannot parse ${quoted} as "2006"`);
}

/** The rules of kube-apiserver for `PodLogOptions`; the choice of a stream is behind a feature gate that is off there. */
function findCauses(numbers: Readonly<Record<string, number | undefined>>, query: URLSearchParams): FieldCause[] {
  const { tailLines, limitBytes, sinceSeconds } = numbers;
  const causes: FieldCause[] = [];
  if (tailLines !== undefined && tailLines < 0) {
    causes.push(invalidValue('tailLines', tailLines, 'must be greater than or equal to 0'));
  }
  if (limitBytes !== undefined && limitBytes < 1) {
    causes.push(invalidValue('limitBytes', limitBytes, 'must be greater than 0'));
  }
  if (sinceSeconds !== undefined && query.get('sinceTime')) {
    // Go shows an empty path as brackets.
    causes.push(forbidden('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  } else if (sinceSeconds !== undefined && sinceSeconds < 1) {
    causes.push(invalidValue('sinceSeconds', sinceSeconds, 'must be greater than 0'));
  }
  if (query.has('stream')) causes.push(forbidden('stream', 'may not be specified'));
  return causes;
}

/** Reads and checks the options of the logs of a pod. Throws ApiError: 400 for what cannot be read, 422 for the rest. */
export function readPodLogOptions(query: URLSearchParams, podName: string): PodLogOptions {
  const numbers = {
    sinceSeconds: readInteger(query, 'sinceSeconds'),
    tailLines: readInteger(query, 'tailLines'),
    limitBytes: readInteger(query, 'limitBytes'),
  };
  const sinceTime = readTime(query, 'sinceTime');
  const causes = findCauses(numbers, query);
  if (causes.length > 0) throw invalid({ group: '', kind: 'PodLogOptions', name: podName }, causes);
  const forNode = new URLSearchParams();
  for (const name of ['follow', 'previous', 'timestamps']) if (readBoolean(query, name)) forNode.set(name, 'true');
  for (const [name, value] of Object.entries(numbers)) if (value !== undefined) forNode.set(name, String(value));
  if (sinceTime !== undefined) forNode.set('sinceTime', sinceTime);
  forNode.sort();
  return {
    container: query.get('container') ?? '',
    forNode,
    insecureSkipTlsVerifyBackend: readBoolean(query, 'insecureSkipTLSVerifyBackend'),
  };
}
