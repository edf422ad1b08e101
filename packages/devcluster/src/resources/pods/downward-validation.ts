import type { FieldCause } from '../../registry/definition.ts';
import { textCauses } from '../field-paths.ts';
import { invalid, notSupported, required } from '../field-errors.ts';
import { qualifiedNameProblems } from '../names.ts';
import type { ObjectFieldSelector, ResourceFieldSelector } from './pod-types.ts';

/** The fields that an environment variable may show, in the server's order. */
export const environmentFields: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** The fields that a file may show, in the server's order. */
export const fileFields: readonly string[] = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

/** Every field of a pod that has a name in the downward API. */
const knownFields = new Set([
  ...environmentFields,
  ...fileFields,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);

const resourceFields = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

const sizeDivisors = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];
const subscriptPattern = /^(.*)\['(.*)'\]$/;

/** What is wrong with a reference to a field of the pod. */
export function validateFieldReference(
  { apiVersion, fieldPath }: ObjectFieldSelector,
  supported: readonly string[],
  field: string,
): FieldCause[] {
  if (!apiVersion) return [required(`${field}.apiVersion`)];
  if (!fieldPath) return [required(`${field}.fieldPath`)];
  const subscript = subscriptPattern.exec(fieldPath);
  const path = subscript?.[1] ?? fieldPath;
  if (!knownFields.has(path) || apiVersion !== 'v1') {
    const detail =
      apiVersion === 'v1' ? `field label not supported: ${path}` : `unsupported pod version: ${apiVersion}`;
    return [invalid(`${field}.fieldPath`, fieldPath, `error converting fieldPath: ${detail}`)];
  }
  if (subscript !== null) {
    const key = subscript[2] ?? '';
    if (path === 'metadata.annotations') return textCauses(qualifiedNameProblems, key.toLowerCase(), field);
    if (path === 'metadata.labels') return textCauses(qualifiedNameProblems, key, field);
    return [invalid(field, path, 'does not support subscript')];
  }
  return supported.includes(path) ? [] : [notSupported(`${field}.fieldPath`, path, supported)];
}

function validateDivisor(resource: string, divisor: string | undefined, field: string): FieldCause[] {
  if (divisor === undefined || divisor === '0') return [];
  if (resource.endsWith('.cpu')) {
    if (divisor === '1' || divisor === '1m') return [];
    const detail = "only divisor's values 1m and 1 are supported with the cpu resource";
    return [invalid(`${field}.divisor`, resource, detail)];
  }
  if (sizeDivisors.includes(divisor)) return [];
  const kinds: readonly (readonly [string, string])[] = [
    ['.memory', 'memory resource'],
    ['.ephemeral-storage', 'local ephemeral storage resource'],
    ['.hugepages-', 'hugepages resource'],
  ];
  const kind = kinds.find(([part]) => resource.includes(part))?.[1];
  if (kind === undefined) return [];
  const detail = `only divisor's values ${sizeDivisors.join(', ')} are supported with the ${kind}`;
  return [invalid(`${field}.divisor`, resource, detail)];
}

/** What is wrong with a reference to a resource of a container. A file must name the container, a variable need not. */
export function validateResourceReference(
  { containerName, resource = '', divisor }: ResourceFieldSelector,
  field: string,
  options: { containerNameIsRequired: boolean },
): FieldCause[] {
  const causes: FieldCause[] = [];
  const isHugePages = /^(?:limits|requests)\.hugepages-/.test(resource);
  if (options.containerNameIsRequired && !containerName) causes.push(required(`${field}.containerName`));
  else if (resource === '') causes.push(required(`${field}.resource`));
  else if (!resourceFields.includes(resource) && !isHugePages) {
    causes.push(notSupported(`${field}.resource`, resource, resourceFields));
  }
  return [...causes, ...validateDivisor(resource, divisor, field)];
}
