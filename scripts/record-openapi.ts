/**
 * Records the OpenAPI schemas of a running kube-apiserver for the kinds that the development cluster serves.
 * Usage: node scripts/record-openapi.ts <kubeconfig>. Needs kubectl on the PATH and talks to that API server only.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The documents to read, and the kinds to keep of each. */
const wanted: Record<string, readonly string[]> = {
  'api/v1': [
    'Binding',
    'ConfigMap',
    'Endpoints',
    'Event',
    'Namespace',
    'Node',
    'PersistentVolume',
    'PersistentVolumeClaim',
    'Pod',
    'Secret',
    'Service',
    'ServiceAccount',
    'Eviction',
    'DeleteOptions',
    'Status',
    'WatchEvent',
  ],
  'apis/authentication.k8s.io/v1': ['SelfSubjectReview', 'TokenRequest', 'TokenReview'],
  'apis/authorization.k8s.io/v1': [
    'LocalSubjectAccessReview',
    'SelfSubjectAccessReview',
    'SelfSubjectRulesReview',
    'SubjectAccessReview',
  ],
  'apis/certificates.k8s.io/v1': ['CertificateSigningRequest'],
  'apis/coordination.k8s.io/v1': ['Lease'],
  'apis/events.k8s.io/v1': ['Event'],
  'apis/node.k8s.io/v1': ['RuntimeClass'],
  'apis/rbac.authorization.k8s.io/v1': ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
};

type Schema = { [key: string]: unknown };

interface OpenApiDocument {
  components: { schemas: Record<string, Schema> };
}

const prefix = '#/components/schemas/';
const longestDescription = 120;

const kubeconfig = process.argv[2];
if (kubeconfig === undefined) {
  console.error('usage: node scripts/record-openapi.ts <kubeconfig>');
  process.exit(2);
}

function read(path: string): unknown {
  const options = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  return JSON.parse(execFileSync('kubectl', ['--kubeconfig', String(kubeconfig), 'get', '--raw', path], options));
}

function shorten(description: string): string {
  const sentence = description.split(/(?<=\.)\s|\n/)[0] ?? '';
  return sentence.length <= longestDescription ? sentence : `${sentence.slice(0, longestDescription - 1)}…`;
}

/** Copies a schema with short descriptions; `inProperties` is set where keys are field names and not keywords. */
function trim(value: unknown, inProperties = false): unknown {
  if (Array.isArray(value)) return value.map((item) => trim(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => {
    if (!inProperties && key === 'description' && typeof inner === 'string') return [key, shorten(inner)];
    return [key, trim(inner, !inProperties && key === 'properties')];
  });
  return Object.fromEntries(entries);
}

function references(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref' && typeof inner === 'string') found.add(inner.slice(prefix.length));
    else references(inner, found);
  }
}

const version = read('/version') as { gitVersion: string };
const kept: Record<string, Schema> = {};
for (const [path, kinds] of Object.entries(wanted)) {
  const { schemas } = (read(`/openapi/v3/${path}`) as OpenApiDocument).components;
  const names = kinds.flatMap((kind) => {
    const own = Object.entries(schemas).filter(([, schema]) => {
      const declared = schema['x-kubernetes-group-version-kind'] as { kind: string }[] | undefined;
      return declared?.some((one) => one.kind === kind || one.kind === `${kind}List`) ?? false;
    });
    return own.map(([name]) => name);
  });
  while (names.length > 0) {
    const name = names.pop();
    const schema = name === undefined ? undefined : schemas[name];
    if (name === undefined || schema === undefined || name in kept) continue;
    kept[name] = trim(schema) as Schema;
    const found = new Set<string>();
    references(schema, found);
    names.push(...found);
  }
}

const lines = Object.keys(kept)
  .sort()
  .map((name) => `    ${JSON.stringify(name)}: ${JSON.stringify(kept[name])}`);
const text = `{
  "source": ${JSON.stringify(`kube-apiserver ${version.gitVersion}`)},
  "schemas": {
${lines.join(',\n')}
  }
}
`;
const target = fileURLToPath(new URL('../packages/devcluster/src/generated/openapi-schemas.json', import.meta.url));
writeFileSync(target, text);
console.log(`${lines.length} schemas, ${Math.round(text.length / 1024)} KiB`);
