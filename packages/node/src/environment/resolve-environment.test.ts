import { describe, expect, it } from 'vitest';
import { resolveArguments, resolveVariables } from '../provider/environment.ts';
import type { ConfigMap, Container, Pod, Secret } from '../provider/wire.ts';
import type { Lookup } from '../resources/lookup.ts';
import type { ServiceSummary } from '../resources/service-summary.ts';
import type { EnvironmentSources } from './environment-sources.ts';
import { resolveEnvironment } from './resolve-environment.ts';
import { unsupportedEnvironmentSources } from './unsupported-sources.ts';

interface Given {
  readonly configMaps?: Record<string, ConfigMap['data'] | Lookup<ConfigMap>>;
  readonly secrets?: Record<string, Record<string, string> | Lookup<Secret>>;
  readonly services?: readonly ServiceSummary[];
}

function lookupOf<T>(entry: Lookup<T> | undefined): Lookup<T> {
  return entry ?? { state: 'absent' };
}

function sourcesOf({ configMaps = {}, secrets = {}, services = [] }: Given): EnvironmentSources {
  const isLookup = <T>(entry: object): entry is Lookup<T> => 'state' in entry;
  return {
    configMap: (name) => {
      const entry = configMaps[name];
      if (entry === undefined || isLookup<ConfigMap>(entry)) return lookupOf(entry);
      return { state: 'present', object: { data: entry } };
    },
    secret: (name) => {
      const entry = secrets[name];
      if (entry === undefined || isLookup<Secret>(entry)) return lookupOf(entry);
      const data = Object.fromEntries(
        Object.entries(entry).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
      );
      return { state: 'present', object: { data } };
    },
    services: () => ({ state: 'present', object: services }),
  };
}

function podOf(container: Partial<Container>, spec: Partial<Pod['spec']> = {}): Pod {
  return {
    metadata: { name: 'web-0', namespace: 'shop', uid: 'u-1' },
    spec: { nodeName: 'virtual-1', ...spec, containers: [{ name: 'app', ...container }] },
  };
}

const node = { allocatable: { cpu: '4', memory: '8Gi' } };

function resolveApp(container: Partial<Container>, given: Given = {}, spec: Partial<Pod['spec']> = {}) {
  const { environment, problems } = resolveEnvironment(podOf(container, spec), sourcesOf(given), node);
  const app = environment['app'] ?? { variables: [] };
  const values = Object.fromEntries(resolveVariables(app.variables, {}).map(({ name, value }) => [name, value]));
  return { app, values, problems, names: app.variables.map(({ name }) => name) };
}

const database: ServiceSummary = {
  namespace: 'shop',
  name: 'db',
  clusterIP: '10.96.0.7',
  ports: [{ port: 5432, protocol: 'TCP' }],
};

describe('the environment of a container', () => {
  it('takes envFrom in order, then env, then services for names not yet set, each name once where it was first set', () => {
    const { app } = resolveApp(
      {
        envFrom: [
          { configMapRef: { name: 'one' } },
          { prefix: 'P_', secretRef: { name: 'two' } },
          { configMapRef: { name: 'three' } },
        ],
        env: [
          { name: 'LAST', value: 'env' },
          { name: 'A', value: 'env' },
          { name: 'DB_SERVICE_HOST', value: 'own' },
        ],
      },
      {
        configMaps: { one: { B: 'one', A: 'one' }, three: { B: 'three', C: 'three' } },
        secrets: { two: { X: 'hidden' } },
        services: [{ ...database, ports: [] }],
      },
    );
    expect(app.variables).toEqual([
      { name: 'A', value: 'env', secret: false },
      { name: 'B', value: 'three', secret: false },
      { name: 'P_X', value: 'hidden', secret: true },
      { name: 'C', value: 'three', secret: false },
      { name: 'LAST', value: 'env', secret: false },
      { name: 'DB_SERVICE_HOST', value: 'own', secret: false },
    ]);
  });

  it('expands references to what is set so far and to services; a later definition is not seen', () => {
    const { values } = resolveApp(
      {
        envFrom: [{ configMapRef: { name: 'one' } }],
        env: [
          { name: 'URL', value: 'db://$(DB_SERVICE_HOST):$(PORT)/$(LATER)' },
          { name: 'LATER', value: 'x' },
          { name: 'RAW', value: '$$(PORT)' },
        ],
      },
      { configMaps: { one: { PORT: '5432' } }, services: [database] },
    );
    expect(values).toMatchObject({ URL: 'db://10.96.0.7:5432/$(LATER)', RAW: '$(PORT)' });
  });

  it('does not expand what comes from a ConfigMap or a Secret', () => {
    const { values } = resolveApp(
      {
        env: [
          { name: 'A', value: 'a' },
          { name: 'B', valueFrom: { configMapKeyRef: { name: 'one', key: 'k' } } },
        ],
      },
      { configMaps: { one: { k: '$(A)' } } },
    );
    expect(values['B']).toBe('$(A)');
  });

  it('expands command and args with the whole environment, services included', () => {
    const { app } = resolveApp(
      {
        command: ['run', '--host=$(DB_SERVICE_HOST)'],
        args: ['$(A)', '$$(A)', '$(NONE)'],
        env: [{ name: 'A', value: 'a' }],
      },
      { services: [database] },
    );
    expect(resolveArguments(app.command ?? [], {})).toEqual(['run', '--host=10.96.0.7']);
    expect(resolveArguments(app.args ?? [], {})).toEqual(['a', '$(A)', '$(NONE)']);
  });

  it('has no command and no args where the container has none', () => {
    const { app } = resolveApp({});
    expect(app).toEqual({ variables: [] });
  });

  it('carries a deferred field through variables into command and args', () => {
    const { app } = resolveApp({
      env: [
        { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'URL', value: 'http://$(POD_IP):80' },
        { name: 'TWICE', value: '$(URL),$(URL)' },
      ],
      command: ['serve', '--bind=$(POD_IP)'],
    });
    expect(app.variables).toEqual([
      { name: 'POD_IP', deferred: { parts: [{ field: 'status.podIP' }] }, secret: false },
      { name: 'URL', deferred: { parts: ['http://', { field: 'status.podIP' }, ':80'] }, secret: false },
      {
        name: 'TWICE',
        deferred: { parts: ['http://', { field: 'status.podIP' }, ':80,http://', { field: 'status.podIP' }, ':80'] },
        secret: false,
      },
    ]);
    expect(app.command?.map(({ text }) => text)).toEqual(['serve', { parts: ['--bind=', { field: 'status.podIP' }] }]);
    expect(resolveVariables(app.variables, { 'status.podIP': '10.0.0.9' })[2]?.value).toBe(
      'http://10.0.0.9:80,http://10.0.0.9:80',
    );
  });

  it('marks as secret whatever holds a part of a Secret, and nothing else', () => {
    const { app } = resolveApp(
      {
        env: [
          { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
          { name: 'URL', value: 'db://user:$(PASSWORD)@db' },
          { name: 'COPY', value: '$(URL)' },
          { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
          { name: 'MIXED', value: '$(IP)$(PASSWORD)' },
          { name: 'OPEN', value: '$(IP)' },
        ],
        args: ['--login=$(URL)', '--bind=$(IP)'],
      },
      { secrets: { db: { password: 'pä$$' } } },
    );
    const secret = Object.fromEntries(app.variables.map((variable) => [variable.name, variable.secret]));
    expect(secret).toEqual({ PASSWORD: true, URL: true, COPY: true, IP: false, MIXED: true, OPEN: false });
    expect(app.variables[1]).toEqual({ name: 'URL', value: 'db://user:pä$$@db', secret: true });
    expect(app.args?.map(({ secret }) => secret)).toEqual([true, false]);
  });

  it('is no longer secret once a plain value has taken its place', () => {
    const { app } = resolveApp(
      { envFrom: [{ secretRef: { name: 'db' } }], env: [{ name: 'password', value: 'none' }] },
      { secrets: { db: { password: 'hidden' } } },
    );
    expect(app.variables).toEqual([{ name: 'password', value: 'none', secret: false }]);
  });

  it('accepts relaxed names, and skips and names those that no rule accepts, one problem per source', () => {
    const { names, problems } = resolveApp(
      { envFrom: [{ configMapRef: { name: 'one' } }] },
      { configMaps: { one: { '1 odd-name!': 'x', 'a=b': 'x', ä: 'x' } } },
    );
    expect(names).toEqual(['1 odd-name!']);
    expect(problems).toEqual([
      {
        reason: 'InvalidEnvironmentVariableNames',
        message: 'container "app": envFrom[0]: keys [a=b, ä] of configmap "one" are not valid names and were skipped',
        mandatory: false,
        fieldPath: 'spec.containers{app}',
      },
    ]);
  });

  it('reads the resources of the container it stands in, with the node behind it', () => {
    const { values } = resolveApp({
      resources: { requests: { cpu: '1500m' } },
      env: [
        { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'requests.cpu' } } },
        { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Gi' } } },
      ],
    });
    expect(values).toEqual({ CPU: '2', MEMORY: '8' });
  });

  it('goes by each container, init and ephemeral ones included', () => {
    const pod: Pod = {
      metadata: { name: 'web-0', namespace: 'shop' },
      spec: {
        initContainers: [{ name: 'setup', env: [{ name: 'A', value: 'init' }] }],
        containers: [{ name: 'app', env: [{ name: 'A', value: 'app' }] }],
        ephemeralContainers: [{ name: 'debug', env: [{ name: 'B', value: '$(A)' }] }],
      },
    };
    const { environment } = resolveEnvironment(pod, sourcesOf({}), node);
    expect(Object.keys(environment)).toEqual(['setup', 'app', 'debug']);
    expect(environment['debug']?.variables).toEqual([{ name: 'B', value: '$(A)', secret: false }]);
  });

  it('has the links of services unless the pod or the node leaves them out; kubernetes stays', () => {
    const services = [database, { ...database, namespace: 'default', name: 'kubernetes', ports: [] }];
    const namesOf = (spec: Partial<Pod['spec']>, serviceLinks: 'deliver' | 'omit') =>
      resolveEnvironment(podOf({}, spec), sourcesOf({ services: services }), { ...node, serviceLinks })
        .environment['app']?.variables.map(({ name }) => name)
        .filter((name) => name.endsWith('_HOST'));
    expect(namesOf({}, 'deliver')).toEqual(['DB_SERVICE_HOST', 'KUBERNETES_SERVICE_HOST']);
    expect(namesOf({ enableServiceLinks: false }, 'deliver')).toEqual(['KUBERNETES_SERVICE_HOST']);
    expect(namesOf({}, 'omit')).toEqual(['KUBERNETES_SERVICE_HOST']);
  });

  it('is the same, to the byte, whatever the order of keys in the objects', () => {
    const container = { envFrom: [{ configMapRef: { name: 'one' } }] };
    const one = resolveApp(container, { configMaps: { one: { A: '1', B: '2' } } });
    const other = resolveApp(container, { configMaps: { one: { B: '2', A: '1' } } });
    expect(JSON.stringify(one.app)).toBe(JSON.stringify(other.app));
  });
});

describe('a miss in the environment', () => {
  const failed: Lookup<never> = { state: 'failed', error: new Error('forbidden'), sinceMilliseconds: 31_000 };
  const absent: Lookup<never> = { state: 'absent' };
  const emptyConfigMap: Lookup<ConfigMap> = { state: 'present', object: {} };
  const emptySecret: Lookup<Secret> = { state: 'present', object: {} };

  it.each([
    [absent, undefined, 'MandatoryConfigMapNotFound', true],
    [absent, false, 'MandatoryConfigMapNotFound', true],
    [absent, true, 'OptionalConfigMapNotFound', false],
    [failed, undefined, 'FailedToReadMandatoryConfigMap', true],
    [failed, true, 'FailedToReadOptionalConfigMap', true],
    [{ state: 'pending' } as const, true, 'FailedToReadOptionalConfigMap', true],
    [emptyConfigMap, undefined, 'MandatoryConfigMapKeyNotFound', true],
    [emptyConfigMap, true, 'OptionalConfigMapKeyNotFound', false],
  ])('of a ConfigMap key: %o with optional %s is %s', (lookup, optional, reason, mandatory) => {
    const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'one', key: 'k', optional } } }];
    const { problems, names } = resolveApp({ env }, { configMaps: { one: lookup } });
    expect(problems).toMatchObject([{ reason, mandatory, fieldPath: 'spec.containers{app}' }]);
    expect(problems[0]?.message).toMatch(/^container "app": environment variable "A": .*configmap "one"/);
    expect(names).toEqual([]);
  });

  it.each([
    [absent, undefined, 'MandatorySecretNotFound', true],
    [absent, true, 'OptionalSecretNotFound', false],
    [failed, undefined, 'FailedToReadMandatorySecret', true],
    [failed, true, 'FailedToReadOptionalSecret', true],
    [emptySecret, undefined, 'MandatorySecretKeyNotFound', true],
    [emptySecret, true, 'OptionalSecretKeyNotFound', false],
  ])('of a Secret key: %o with optional %s is %s', (lookup, optional, reason, mandatory) => {
    const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'one', key: 'k', optional } } }];
    const { problems } = resolveApp({ env }, { secrets: { one: lookup } });
    expect(problems).toMatchObject([{ reason, mandatory }]);
  });

  it('of a whole source says which one', () => {
    const { problems } = resolveApp({ envFrom: [{ configMapRef: { name: 'one' } }, { secretRef: { name: 'two' } }] });
    expect(problems.map(({ message }) => message)).toEqual([
      'container "app": envFrom[0]: configmap "one" not found',
      'container "app": envFrom[1]: secret "two" not found',
    ]);
  });

  it('of an optional source leaves the rest as it is', () => {
    const { values, problems } = resolveApp({
      envFrom: [{ secretRef: { name: 'two', optional: true } }],
      env: [{ name: 'A', value: 'a' }],
    });
    expect(values).toEqual({ A: 'a' });
    expect(problems).toMatchObject([{ reason: 'OptionalSecretNotFound', mandatory: false }]);
  });

  it('of a field or a resource that cannot be referred to is mandatory', () => {
    const { problems } = resolveApp({
      env: [
        { name: 'A', valueFrom: { fieldRef: { fieldPath: 'status.phase' } } },
        { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.gpu' } } },
        { name: 'C', valueFrom: { fileKeyRef: { key: 'k', path: 'f', volumeName: 'v', optional: true } } },
      ],
    });
    expect(problems).toMatchObject([
      { reason: 'InvalidFieldReference', mandatory: true },
      { reason: 'InvalidResourceFieldReference', mandatory: true },
      {
        reason: 'UnsupportedEnvironmentSource',
        mandatory: true,
        message: 'container "app": environment variable "C": fileKeyRef is not supported on this node',
      },
    ]);
  });

  it('of the services is mandatory, because the pod would run without KUBERNETES_SERVICE_HOST', () => {
    const sources: EnvironmentSources = { ...sourcesOf({}), services: () => failed };
    expect(resolveEnvironment(podOf({}), sources, node).problems).toMatchObject([
      { reason: 'FailedToReadServices', mandatory: true, message: 'services have not been read yet: forbidden' },
    ]);
  });
});

describe('unsupportedEnvironmentSources', () => {
  it('names every variable that is to come from a file', () => {
    const fileKeyRef = { key: 'k', path: 'f', volumeName: 'v' };
    const pod = podOf({
      env: [
        { name: 'A', value: 'a' },
        { name: 'B', valueFrom: { fileKeyRef } },
      ],
    });
    expect(unsupportedEnvironmentSources(pod)).toMatchObject([
      { field: 'spec.containers[0].env[1].valueFrom.fileKeyRef' },
    ]);
    expect(unsupportedEnvironmentSources(podOf({}))).toEqual([]);
  });
});
