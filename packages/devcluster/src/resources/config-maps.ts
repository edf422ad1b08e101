import type { FieldCause, KubeObject, ResourceDefinition } from '../registry/definition.ts';
import { base64Bytes, maximumDataBytes } from './byte-size.ts';
import { deepEqual } from './deep-equal.ts';
import { forbidden, invalid, tooLong } from './field-errors.ts';
import { configMapKeyProblems, dnsSubdomainProblems } from './names.ts';
import { objectStrategy } from './object-strategy.ts';
import { ageColumn, column, nameColumn } from './table-columns.ts';

interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
  immutable?: boolean;
}

function validate(object: KubeObject): FieldCause[] {
  const { data = {}, binaryData = {} } = object as ConfigMap;
  const causes: FieldCause[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(data)) {
    causes.push(...configMapKeyProblems(key).map((problem) => invalid(`data[${key}]`, key, problem)));
    if (key in binaryData) causes.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    bytes += Buffer.byteLength(value);
  }
  for (const [key, value] of Object.entries(binaryData)) {
    causes.push(...configMapKeyProblems(key).map((problem) => invalid(`binaryData[${key}]`, key, problem)));
    bytes += base64Bytes(value);
  }
  if (bytes > maximumDataBytes) causes.push(tooLong('[]', maximumDataBytes));
  return causes;
}

/** Complaints about a change to an object that was made immutable; the same rule holds for Secrets. */
export function validateImmutable(next: KubeObject, previous: KubeObject, fields: readonly string[]): FieldCause[] {
  if (previous['immutable'] !== true) return [];
  const detail = 'field is immutable when `immutable` is set';
  const causes = next['immutable'] === true ? [] : [forbidden('immutable', detail)];
  for (const field of fields) if (!deepEqual(next[field], previous[field])) causes.push(forbidden(field, detail));
  return causes;
}

/** ConfigMaps. */
export const configMaps: ResourceDefinition = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  categories: [],
  namespaced: true,
  subresources: [],
  selectableFields: {},
  columns: [
    nameColumn,
    column(
      'Data',
      ({ data, binaryData }: ConfigMap) => Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length,
      { description: 'The number of keys.' },
    ),
    ageColumn,
  ],
  strategy: objectStrategy(
    { namespaced: true, nameProblems: dnsSubdomainProblems },
    { validate, validateChange: (next, previous) => validateImmutable(next, previous, ['data', 'binaryData']) },
  ),
};
