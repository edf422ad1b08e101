/**
 * Records the roles and bindings that a kube-apiserver makes for itself, but those of controllers that the development
 * cluster does not have. Usage: node scripts/record-default-roles.ts <kubeconfig>. Needs kubectl on the PATH.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Item {
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  rules?: unknown[] | null;
  aggregationRule?: object;
  subjects?: unknown[];
  roleRef?: object;
}

const kubeconfig = process.argv[2];
if (kubeconfig === undefined) {
  console.error('usage: node scripts/record-default-roles.ts <kubeconfig>');
  process.exit(2);
}

function read(path: string): unknown {
  const options = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  return JSON.parse(execFileSync('kubectl', ['--kubeconfig', String(kubeconfig), 'get', '--raw', path], options));
}

/** What is kept of an object; the rules of an aggregated role are made by whoever serves it. */
function kept({ metadata, rules, aggregationRule, subjects, roleRef }: Item): object {
  const { name, namespace, labels, annotations } = metadata;
  return {
    metadata: { name, namespace, labels, annotations },
    rules: aggregationRule === undefined ? (rules ?? undefined) : undefined,
    aggregationRule,
    subjects,
    roleRef,
  };
}

const version = read('/version') as { gitVersion: string };
const sections = ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'].map((plural) => {
  const { items } = read(`/apis/rbac.authorization.k8s.io/v1/${plural}`) as { items: Item[] };
  const lines = items
    .filter(({ metadata }) => !metadata.name.startsWith('system:controller:'))
    .map((item) => `    ${JSON.stringify(kept(item))}`);
  console.log(`${plural}: ${lines.length}`);
  return `  ${JSON.stringify(plural)}: [\n${lines.join(',\n')}\n  ]`;
});
const text = `{
  "source": ${JSON.stringify(`kube-apiserver ${version.gitVersion}`)},
${sections.join(',\n')}
}
`;
const target = fileURLToPath(new URL('../packages/devcluster/src/generated/default-roles.json', import.meta.url));
writeFileSync(target, text);
