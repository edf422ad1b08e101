/**
 * Records, from the Go sources of the Kubernetes API types, what OpenAPI does not say of the fields that the development
 * cluster serves: the protobuf number, whether Go holds a pointer, and when Go leaves the field out of its JSON.
 * Usage: node scripts/record-go-types.ts <folder of k8s.io/api> <folder of k8s.io/apimachinery>
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [apiFolder, machineryFolder] = process.argv.slice(2);
if (apiFolder === undefined || machineryFolder === undefined) {
  console.error('usage: node scripts/record-go-types.ts <folder of k8s.io/api> <folder of k8s.io/apimachinery>');
  process.exit(2);
}

/** The OpenAPI names begin with these, and the types are in these files. */
const sources: Record<string, string> = {
  'io.k8s.api.core.v1': join(apiFolder, 'core/v1/types.go'),
  'io.k8s.api.authentication.v1': join(apiFolder, 'authentication/v1/types.go'),
  'io.k8s.api.authorization.v1': join(apiFolder, 'authorization/v1/types.go'),
  'io.k8s.api.certificates.v1': join(apiFolder, 'certificates/v1/types.go'),
  'io.k8s.api.coordination.v1': join(apiFolder, 'coordination/v1/types.go'),
  'io.k8s.api.events.v1': join(apiFolder, 'events/v1/types.go'),
  'io.k8s.api.node.v1': join(apiFolder, 'node/v1/types.go'),
  'io.k8s.api.policy.v1': join(apiFolder, 'policy/v1/types.go'),
  'io.k8s.api.rbac.v1': join(apiFolder, 'rbac/v1/types.go'),
  'io.k8s.apimachinery.pkg.apis.meta.v1': join(machineryFolder, 'pkg/apis/meta/v1/types.go'),
};
const machinery = 'io.k8s.apimachinery.pkg.apis.meta.v1';

interface GoField {
  name: string;
  type: string;
  json: string;
  number: string;
}

/** Per field: the protobuf number, then `*` for a pointer, `!` for one that is written even when
 * empty, `z` for a struct or a time that is left out when it is zero. */
type Recorded = { [field: string]: string | Recorded };

const fieldShape =
  /^\s+(?:(\w+)\s+)?(\*?[\w.[\]*]+)\s+`json:"([^"]*)"(?:\s+\w+:"[^"]*")*?\s+protobuf:"\w+,(\d+),[^`]*`/;

function readStructs(path: string): Map<string, GoField[]> {
  const structs = new Map<string, GoField[]>();
  let current: GoField[] | undefined;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const start = /^type (\w+) struct \{/.exec(line)?.[1];
    if (start !== undefined) structs.set(start, (current = []));
    else if (line === '}') current = undefined;
    else if (current !== undefined) {
      const match = fieldShape.exec(line);
      if (match === null) continue;
      const [, name = '', type = '', json = '', number = ''] = match;
      current.push({ name, type, json, number });
    }
  }
  return structs;
}

const packages = new Map(Object.entries(sources).map(([name, path]) => [name, readStructs(path)]));

function fieldsOf(packageName: string, struct: string): Recorded | undefined {
  const fields = packages.get(packageName)?.get(struct);
  if (fields === undefined) return undefined;
  const recorded: Recorded = {};
  for (const { type, json, number } of fields) {
    const [key = '', ...options] = json.split(',');
    const inner = type.replace(/^\*/, '').replace(/^metav1\.|^v1\./, '');
    const home = type.includes('.') ? (type.includes('metav1.') ? machinery : 'io.k8s.api.core.v1') : packageName;
    if (options.includes('inline') || key === '') {
      const nested = fieldsOf(home, inner);
      if (nested !== undefined) recorded[`#${number}`] = nested;
      continue;
    }
    const isLeftOut = options.includes('omitempty') || options.includes('omitzero');
    recorded[key] =
      `${number}${type.startsWith('*') ? '*' : ''}${isLeftOut ? '' : '!'}${options.includes('omitzero') ? 'z' : ''}`;
  }
  return recorded;
}

const target = fileURLToPath(new URL('../packages/devcluster/src/generated/go-types.json', import.meta.url));
const openApi = JSON.parse(
  readFileSync(
    fileURLToPath(new URL('../packages/devcluster/src/generated/openapi-schemas.json', import.meta.url)),
    'utf8',
  ),
) as { schemas: Record<string, unknown> };
const lines: string[] = [];
for (const schema of Object.keys(openApi.schemas).sort()) {
  const dot = schema.lastIndexOf('.');
  const fields = fieldsOf(schema.slice(0, dot), schema.slice(dot + 1));
  if (fields !== undefined) lines.push(`    ${JSON.stringify(schema)}: ${JSON.stringify(fields)}`);
}
const text = `{
  "source": ${JSON.stringify(`k8s.io/${basename(apiFolder)}, k8s.io/${basename(machineryFolder)}`)},
  "types": {
${lines.join(',\n')}
  }
}
`;
writeFileSync(target, text);
console.log(`${lines.length} types, ${Math.round(text.length / 1024)} KiB`);
