import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { TestCertificateAuthority } from '../testing/test-certificates.ts';
import { type KubeCluster, loadKubeConfig } from './config.ts';
import { KubeConfigError } from './kube-config-error.ts';

const authority = new TestCertificateAuthority();
const { signal } = new AbortController();
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kube-config-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function write(name: string, content: string | object): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function kubeconfig(user: object, cluster: object = {}, more: object = {}): object {
  return {
    clusters: [{ name: 'c', cluster: { server: 'https://10.0.0.1:6443/', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u', namespace: 'shop' } }],
    'current-context': 'main',
    ...more,
  };
}

const headersOf = async (cluster: KubeCluster): Promise<unknown> => (await cluster.credentials.current(signal)).headers;
const tlsOf = async (cluster: KubeCluster): Promise<object> => (await cluster.credentials.current(signal)).tls;

describe('where the configuration is found', () => {
  it('is the given file, then KUBECONFIG, then the home directory, then the service account of the pod', async () => {
    const given = await write('given', kubeconfig({}, { server: 'https://given' }));
    const listed = await write('listed', kubeconfig({}, { server: 'https://listed' }));
    await mkdir(join(directory, '.kube'));
    await write('.kube/config', kubeconfig({}, { server: 'https://home' }));
    await write('ca.crt', authority.cert);
    await write('token', 'in-cluster\n');
    await write('namespace', 'system');
    const pod = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    const environment = { KUBECONFIG: listed, HOME: directory, ...pod };
    const load = (environment: Record<string, string>, path?: string): Promise<KubeCluster> =>
      loadKubeConfig({ path, environment, serviceAccountDirectory: directory });
    expect((await load(environment, given)).server).toBe('https://given');
    expect((await load(environment)).server).toBe('https://listed');
    expect((await load({ HOME: directory, ...pod })).server).toBe('https://home');
    const inCluster = await load(pod);
    expect(inCluster).toMatchObject({ server: 'https://[fd00::1]:443', namespace: 'system' });
    expect(await headersOf(inCluster)).toEqual({ authorization: 'Bearer in-cluster' });
    expect(await tlsOf(inCluster)).toEqual({ ca: authority.cert });
  });

  it('is nowhere: the error names every place', async () => {
    await expect(loadKubeConfig({ environment: { HOME: directory } })).rejects.toThrow(
      /KUBECONFIG.*~\/\.kube\/config.*pod/,
    );
    await expect(loadKubeConfig({ environment: { KUBECONFIG: '/no/such/file' } })).rejects.toThrow('/no/such/file');
  });

  it('may be an address alone; an address also replaces the one in the file', async () => {
    expect(await loadKubeConfig({ environment: {}, server: 'http://127.0.0.1:8080/' })).toMatchObject({
      server: 'http://127.0.0.1:8080',
    });
    const path = await write('config', kubeconfig({}));
    expect(await loadKubeConfig({ path, environment: {}, server: 'https://other' })).toMatchObject({
      server: 'https://other',
    });
    await expect(loadKubeConfig({ environment: {}, server: 'other:6443' })).rejects.toThrow(
      'not an http or https address',
    );
  });
});

describe('a kubeconfig file', () => {
  it('may be YAML; the context, its namespace and its proxy are taken from it', async () => {
    const path = await write(
      'config',
      `
apiVersion: v1
kind: Config
clusters:
- name: c
  cluster: {server: "https://c", proxy-url: "http://proxy:3128", tls-server-name: api.internal, insecure-skip-tls-verify: true}
users:
- name: u
  user: {token: secret}
contexts:
- {name: one, context: {cluster: c, user: u}}
- {name: two, context: {cluster: c, user: u, namespace: shop}}
current-context: one
`,
    );
    const cluster = await loadKubeConfig({ path, environment: {}, context: 'two' });
    expect(cluster).toMatchObject({
      server: 'https://c',
      proxyUrl: 'http://proxy:3128',
      namespace: 'shop',
      source: `context "two" of ${path}`,
    });
    expect(await tlsOf(cluster)).toEqual({ servername: 'api.internal', rejectUnauthorized: false });
    expect(await headersOf(cluster)).toEqual({ authorization: 'Bearer secret' });
  });

  it('is merged with others, the first of them wins', async () => {
    const first = await write('first', {
      contexts: [{ name: 'main', context: { cluster: 'c' } }],
      'current-context': 'main',
    });
    const second = await write('second', kubeconfig({ token: 't' }, {}, { 'current-context': 'other' }));
    const cluster = await loadKubeConfig({ environment: { KUBECONFIG: `${first}:${directory}/missing:${second}` } });
    expect(cluster.server).toBe('https://10.0.0.1:6443');
    expect(cluster.namespace).toBeUndefined();
    expect(await headersOf(cluster)).toEqual({});
  });

  it('has its paths relative to itself, and data before files', async () => {
    const client = authority.issue({ commonName: 'me' });
    await write('ca.pem', authority.cert);
    await write('cert.pem', client.cert);
    await write('key.pem', client.key);
    await write('token', 'from-file');
    const fromFiles = await write(
      'files',
      kubeconfig(
        { 'client-certificate': 'cert.pem', 'client-key': 'key.pem', tokenFile: 'token', token: 'ignored' },
        { 'certificate-authority': 'ca.pem' },
      ),
    );
    const cluster = await loadKubeConfig({ path: fromFiles, environment: {} });
    expect(await tlsOf(cluster)).toEqual({ ca: authority.cert, ...client });
    expect(await headersOf(cluster)).toEqual({ authorization: 'Bearer from-file' });
    const fromData = await write(
      'data',
      kubeconfig(
        {
          'client-certificate-data': base64(client.cert),
          'client-key-data': base64(client.key),
          'client-key': '/none',
        },
        { 'certificate-authority-data': base64(authority.cert), 'certificate-authority': '/none' },
      ),
    );
    expect(await tlsOf(await loadKubeConfig({ path: fromData, environment: {} }))).toEqual({
      ca: authority.cert,
      ...client,
    });
  });

  it('may give a name and a password, and may impersonate', async () => {
    const path = await write(
      'config',
      kubeconfig({
        username: 'me',
        password: 'pass',
        as: 'somebody',
        'as-uid': '42',
        'as-groups': ['a', 'b'],
        'as-user-extra': { 'acme.com/project': ['p'] },
      }),
    );
    expect(await headersOf(await loadKubeConfig({ path, environment: {} }))).toEqual({
      authorization: `Basic ${base64('me:pass')}`,
      'impersonate-user': 'somebody',
      'impersonate-uid': '42',
      'impersonate-group': ['a', 'b'],
      'impersonate-extra-acme.com%2Fproject': ['p'],
    });
  });

  it('may have one of the old auth providers: the client library works out the header', async () => {
    const idToken = ['{}', JSON.stringify({ exp: 9_999_999_999 }), 'x'].map(base64).join('.');
    const config = { 'id-token': idToken, 'refresh-token': 'r', 'client-id': 'c', 'idp-issuer-url': 'https://idp' };
    const path = await write('config', kubeconfig({ 'auth-provider': { name: 'oidc', config } }));
    expect(await headersOf(await loadKubeConfig({ path, environment: {} }))).toEqual({
      authorization: `Bearer ${idToken}`,
    });
  });

  it.each([
    ['is not there', undefined, /cannot read the kubeconfig/],
    ['is not YAML, told by the line and without the text', 'a: b\nusers: [ "secret', /not valid YAML: see line 2$/],
    ['is not an object', 'just text', /is not a kubeconfig/],
    [
      'has an entry without a name',
      { clusters: [{ cluster: { server: 'https://c' } }] },
      /clusters\[0\]\.name is missing/,
    ],
    ['has no current context', { ...kubeconfig({}), 'current-context': '' }, /names no current context/],
    ['has another context', { ...kubeconfig({}), 'current-context': 'x' }, /no context "x" \(it has: main\)/],
    ['lacks the cluster', { ...kubeconfig({}), clusters: [] }, /the cluster "c", which is not there/],
    ['lacks the user', { ...kubeconfig({}), users: [] }, /the user "u", which is not there/],
    ['has data that is not PEM', kubeconfig({}, { 'certificate-authority-data': 'AAAA' }), /not PEM in base64/],
  ])('that %s is told in one line', async (_what, content, message) => {
    const path = content === undefined ? join(directory, 'missing') : await write('config', content);
    const loading = loadKubeConfig({ path, environment: {} });
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toBeInstanceOf(KubeConfigError);
    await expect(loading).rejects.not.toThrow('secret');
  });
});

describe('files that change', () => {
  it('are read again: the token at once after a 401, else within ten seconds', async () => {
    const clock = new FakeClock();
    const tokenFile = await write('token', 'one');
    const path = await write('config', kubeconfig({ tokenFile }));
    const cluster = await loadKubeConfig({ path, environment: {}, clock });
    expect(await headersOf(cluster)).toEqual({ authorization: 'Bearer one' });
    await write('token', 'second');
    expect(await headersOf(cluster)).toEqual({ authorization: 'Bearer one' });
    await clock.advance(10_000);
    expect(await headersOf(cluster)).toEqual({ authorization: 'Bearer second' });
    await write('token', 'third one');
    expect(cluster.credentials.refresh()).toBe(true);
    expect(await headersOf(cluster)).toEqual({ authorization: 'Bearer third one' });
    await rm(tokenFile);
    await clock.advance(10_000);
    expect(await headersOf(cluster)).toEqual({ authorization: 'Bearer third one' });
  });

  it('give new TLS material only when they change, and never a certificate with the key of another', async () => {
    const clock = new FakeClock();
    const [first, second] = [authority.issue({ commonName: 'one' }), authority.issue({ commonName: 'another' })];
    await write('cert', first.cert);
    await write('key', first.key);
    const path = await write('config', kubeconfig({ 'client-certificate': 'cert', 'client-key': 'key' }));
    const cluster = await loadKubeConfig({ path, environment: {}, clock });
    const before = await tlsOf(cluster);
    await clock.advance(10_000);
    expect(await tlsOf(cluster)).toBe(before);
    await write('cert', second.cert);
    await clock.advance(10_000);
    expect(await tlsOf(cluster)).toBe(before);
    await write('key', second.key);
    cluster.credentials.refresh();
    expect(await tlsOf(cluster)).toEqual(second);
  });

  it('are an error only when they never could be read', async () => {
    const path = await write('config', kubeconfig({ tokenFile: 'missing' }));
    const cluster = await loadKubeConfig({ path, environment: {} });
    await expect(cluster.credentials.current(signal)).rejects.toThrow(/cannot read .*missing/);
  });
});
