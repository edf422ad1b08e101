import type { FieldCause, KubeObject, ResourceDefinition } from '../registry/definition.ts';
import { goJsonError } from '../api/go-json-error.ts';
import { base64Bytes, maximumDataBytes } from './byte-size.ts';
import { validateImmutable } from './config-maps.ts';
import { invalid, required, tooLong } from './field-errors.ts';
import { immutableMessage } from './metadata-validation.ts';
import { configMapKeyProblems, dnsSubdomainProblems } from './names.ts';
import { objectStrategy } from './object-strategy.ts';
import { ageColumn, column, nameColumn } from './table-columns.ts';

interface Secret extends KubeObject {
  type?: string;
  data?: Record<string, string>;
  stringData?: Record<string, string>;
  immutable?: boolean;
}

const serviceAccountName = 'kubernetes.io/service-account.name';

/** The keys that a Secret of a known type must have. */
const requiredKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

function applyDefaults(object: KubeObject): void {
  const secret = object as Secret;
  if (secret.stringData !== undefined) {
    const encoded = Object.entries(secret.stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
    secret.data = { ...secret.data, ...(Object.fromEntries(encoded) as Record<string, string>) };
    delete secret.stringData;
  }
  secret.type ||= 'Opaque';
}

/** What keeps a value from being a JSON object, in the words of the server's JSON reader. */
function jsonProblem(base64: string): string | undefined {
  const text = Buffer.from(base64, 'base64').toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return goJsonError(text);
  }
  const kind = Array.isArray(value) ? 'array' : typeof value;
  return kind === 'object' ? undefined : `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
}

function validateType({ type = '', data = {}, metadata }: Secret): FieldCause[] {
  if (type === 'kubernetes.io/service-account-token') {
    return metadata.annotations?.[serviceAccountName] ? [] : [required(`metadata.annotations[${serviceAccountName}]`)];
  }
  if (type === 'kubernetes.io/basic-auth') {
    const known = ['username', 'password'];
    return known.some((key) => key in data) ? [] : known.map((key) => required(`data[${key}]`));
  }
  const causes = (requiredKeys[type] ?? []).filter((key) => !(key in data)).map((key) => required(`data[${key}]`));
  if (type.startsWith('kubernetes.io/dockerc')) {
    for (const key of requiredKeys[type] ?? []) {
      const value = data[key];
      const problem = value === undefined ? undefined : jsonProblem(value);
      if (problem !== undefined) causes.push(invalid(`data[${key}]`, '<secret contents redacted>', problem));
    }
  }
  return causes;
}

function validate(object: KubeObject): FieldCause[] {
  const secret = object as Secret;
  const causes: FieldCause[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(secret.data ?? {})) {
    causes.push(...configMapKeyProblems(key).map((problem) => invalid(`data[${key}]`, key, problem)));
    bytes += base64Bytes(value);
  }
  if (bytes > maximumDataBytes) causes.push(tooLong('data', maximumDataBytes));
  return [...causes, ...validateType(secret)];
}

function validateChange(next: KubeObject, previous: KubeObject): FieldCause[] {
  const causes = next['type'] === previous['type'] ? [] : [invalid('type', next['type'], immutableMessage)];
  return [...causes, ...validateImmutable(next, previous, ['data'])];
}

/** Secrets, whose `stringData` is folded into `data` when it is written and never read back. */
export const secrets: ResourceDefinition = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  shortNames: [],
  categories: [],
  namespaced: true,
  subresources: [],
  selectableFields: { type: (object) => (object as Secret).type ?? '' },
  columns: [
    nameColumn,
    column('Type', (object: Secret) => object.type ?? '', { description: 'What the secret is for.' }),
    column('Data', (object: Secret) => Object.keys(object.data ?? {}).length, { description: 'The number of keys.' }),
    ageColumn,
  ],
  strategy: objectStrategy(
    { namespaced: true, nameProblems: dnsSubdomainProblems },
    { applyDefaults, validate, validateChange },
  ),
};
