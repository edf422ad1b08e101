import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import recorded from './__fixtures__/rendered-by-helm.json' with { type: 'json' };
import { chartFolder, renderChart, type Manifest, type Rule, type Values } from './render-chart.ts';
import { release, renderingCases } from './rendering-cases.ts';

const image = { repository: 'example/virtual-kubelet' };
const render = (values: Values = {}): Promise<Manifest[]> => renderChart({ ...release, values: { image, ...values } });
const read = (path: string): string => readFileSync(`${chartFolder}${path}`, 'utf8');
const rulesOf = (manifests: readonly Manifest[], kind: string): Rule[] =>
  manifests.filter((manifest) => manifest.kind === kind).flatMap(({ rules = [] }) => rules);
/** `verb resource` of each permission, with the name where it is for one alone. */
const permissions = (rules: readonly Rule[]): string[] =>
  rules
    .flatMap(({ verbs, resources, resourceNames = ['*'] }) =>
      resourceNames.flatMap((name) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource} ${name}`)),
      ),
    )
    .toSorted();
const identity = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.namespace ?? ''} ${metadata.name}`;
const sorted = (manifests: readonly Manifest[]): Manifest[] =>
  manifests.toSorted((left, right) => (identity(left) < identity(right) ? -1 : 1));

describe('the chart', () => {
  it.each(Object.keys(renderingCases))('is rendered here as Helm renders it: %s', async (name) => {
    const byHelm = (recorded.cases as Readonly<Record<string, unknown>>)[name] as Manifest[];
    const rendered = await renderChart({ ...release, values: renderingCases[name] ?? {} });
    expect(sorted(rendered)).toEqual(sorted(byHelm));
  });

  it('has a schema for each of its values, and a value for each that the schema knows', () => {
    interface Schema {
      readonly type?: string;
      readonly properties?: Readonly<Record<string, Schema>>;
      readonly additionalProperties?: boolean;
    }
    const keysOf = (schema: Schema, prefix = ''): string[] =>
      Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [
        `${prefix}${key}`,
        ...keysOf(inner, `${prefix}${key}.`),
      ]);
    const schema = JSON.parse(read('values.schema.json')) as Schema;
    const known = keysOf(schema).filter((key) => key !== 'global');
    const closed = new Set(['', ...known.filter((key) => known.some((other) => other.startsWith(`${key}.`)))]);
    const given = (values: Values, prefix = ''): string[] =>
      Object.entries(values).flatMap(([key, value]) => [
        `${prefix}${key}`,
        ...(closed.has(`${prefix}${key}`) ? given(value as Values, `${prefix}${key}.`) : []),
      ]);
    expect(given(parse(read('values.yaml')) as Values).toSorted()).toEqual(known.toSorted());
  });

  it('uses only flags that the command has', async () => {
    const flags = readFileSync(new URL('../../docs/guide/flags.md', import.meta.url), 'utf8');
    const manifests = await renderChart({
      ...release,
      values: renderingCases['everything that a provider may be let'] ?? {},
    });
    const text = JSON.stringify(manifests.find(({ kind }) => kind === 'Deployment'));
    const used = [...text.matchAll(/"(--[a-z-]+)/g)].map(([, flag]) => flag ?? '');
    expect(used.length).toBeGreaterThan(8);
    for (const flag of used) expect(flags).toMatch(new RegExp(`\`${flag}[ \`]`));
  });
});

describe('the rights that the chart gives', () => {
  it('are these, and no others', async () => {
    expect(permissions(rulesOf(await render(), 'ClusterRole'))).toEqual([
      'create events *',
      'create nodes *',
      'create subjectaccessreviews *',
      'create tokenreviews *',
      'delete pods *',
      'get namespaces kube-system',
      'get nodes virtual-kubelet',
      'get pods *',
      'list nodes virtual-kubelet',
      'list pods *',
      'list services *',
      'patch events *',
      'patch nodes/status virtual-kubelet',
      'patch pods/status *',
      'watch nodes virtual-kubelet',
      'watch pods *',
      'watch services *',
    ]);
    expect(permissions(rulesOf(await render(), 'Role'))).toEqual([
      'create leases *',
      'get leases virtual-kubelet',
      'update leases virtual-kubelet',
    ]);
  });

  it.each(Object.keys(renderingCases))('never reach Secrets and ConfigMaps of the whole cluster: %s', async (name) => {
    const manifests = await renderChart({ ...release, values: renderingCases[name] ?? {} });
    const clusterWide = rulesOf(manifests, 'ClusterRole').flatMap(({ resources }) => resources);
    for (const resource of ['secrets', 'configmaps', 'serviceaccounts/token', 'persistentvolumeclaims', '*'])
      expect(clusterWide).not.toContain(resource);
  });

  it('reach Secrets and ConfigMaps in the namespaces that are listed', async () => {
    const manifests = await render({ access: { namespaces: ['one', 'two'] } });
    const roles = manifests.filter(
      ({ kind, rules = [] }) => kind === 'Role' && rules.some(({ resources }) => resources.includes('secrets')),
    );
    expect(roles.map(({ metadata }) => metadata.namespace)).toEqual(['one', 'two']);
    expect(permissions(roles[0]?.rules ?? [])).toEqual(
      ['configmaps', 'secrets']
        .flatMap((resource) => [`get ${resource} *`, `list ${resource} *`, `watch ${resource} *`])
        .toSorted(),
    );
    const bindings = manifests.filter(({ kind }) => kind === 'RoleBinding').map(identity);
    expect(bindings).toEqual(
      expect.arrayContaining(['RoleBinding one vk-references', 'RoleBinding two vk-references']),
    );
  });

  it('let it read the client CA of the cluster, and of requests for certificates only its own', async () => {
    const manifests = await render({ kubeletApi: { servingCertificate: 'csr' } });
    const binding = manifests.find(
      ({ kind, metadata }) => kind === 'RoleBinding' && metadata.namespace === 'kube-system',
    );
    expect(binding).toMatchObject({ roleRef: { kind: 'Role', name: 'extension-apiserver-authentication-reader' } });
    const requests = permissions(rulesOf(manifests, 'ClusterRole')).filter((one) => one.includes('signingrequests'));
    expect(requests).toEqual([
      'create certificatesigningrequests *',
      ...['delete', 'get', 'list', 'watch'].map(
        (verb) => `${verb} certificatesigningrequests virtual-kubelet-serving-virtual-kubelet`,
      ),
    ]);
  });

  it('are fewer without the kubelet API', async () => {
    const manifests = await render({ kubeletApi: { enabled: false } });
    expect(permissions(rulesOf(manifests, 'ClusterRole')).filter((one) => one.includes('review'))).toEqual([]);
    expect(manifests.filter(({ metadata }) => metadata.namespace === 'kube-system')).toEqual([]);
  });

  it('let it delete or cordon its Node only when it is to do so on exit', async () => {
    const added = async (onExit: string): Promise<string[]> => {
      const without = permissions(rulesOf(await render(), 'ClusterRole'));
      const all = permissions(rulesOf(await render({ node: { onExit } }), 'ClusterRole'));
      return all.filter((one) => !without.includes(one));
    };
    expect(await added('not-ready')).toEqual([]);
    expect(await added('cordon')).toEqual(['patch nodes virtual-kubelet']);
    expect(await added('delete')).toEqual(['delete nodes virtual-kubelet']);
  });
});

describe('the pod of the chart', () => {
  it('has no privilege, no root and no writable root file system', async () => {
    const deployment = (await render()).find(({ kind }) => kind === 'Deployment');
    expect(deployment?.spec).toMatchObject({
      replicas: 1,
      strategy: { type: 'Recreate' },
      template: {
        spec: {
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              resources: { requests: { cpu: '50m', memory: '96Mi' } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                privileged: false,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    });
  });

  it('starts again when the options of the provider change', async () => {
    const sumOf = async (config: object): Promise<string | undefined> =>
      /checksum\/provider-config":"(\w+)/.exec(
        JSON.stringify(await render({ provider: { name: 'mock', config } })),
      )?.[1];
    expect(await sumOf({ cpu: '1' })).not.toBe(await sumOf({ cpu: '2' }));
    expect(await sumOf({ cpu: '1' })).toBe(await sumOf({ cpu: '1' }));
  });
});
