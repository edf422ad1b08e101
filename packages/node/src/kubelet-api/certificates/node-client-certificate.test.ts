import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadKubeConfig } from '../../kube/config.ts';
import { silentLogger } from '../../provider/logger.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { MemoryApi } from '../../testing/memory-api.ts';
import { publicKeyOfRequest } from '../../testing/read-der.ts';
import { refusal } from '../../testing/scripted-kube-client.ts';
import { TestCertificateAuthority } from '../../testing/test-certificates.ts';
import type { CertificateSigningRequest } from './certificate-signing-request.ts';
import { nodeClientCertificate, type NodeClientCertificate } from './node-client-certificate.ts';

const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests/virtual-kubelet-client-n1';
const signer = new TestCertificateAuthority('cluster CA');
const hour = 3_600_000;
let directory: string;
let clock: FakeClock;
let api: MemoryApi;
let stop: AbortController;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vk-client-'));
  clock = new FakeClock({ now: Date.now() });
  api = new MemoryApi();
  stop = new AbortController();
  await writeFile(
    join(directory, 'bootstrap.kubeconfig'),
    JSON.stringify({
      'current-context': 'b',
      clusters: [
        {
          name: 'b',
          cluster: {
            server: 'https://192.0.2.1:6443',
            'certificate-authority-data': Buffer.from(signer.cert).toString('base64'),
          },
        },
      ],
      contexts: [{ name: 'b', context: { cluster: 'b', user: 'b' } }],
      users: [{ name: 'b', user: { token: 'abcdef.0123456789abcdef' } }],
    }),
  );
});
afterEach(async () => {
  stop.abort(new Error('the test is over'));
  await rm(directory, { recursive: true });
});

const kubeconfigPath = (): string => join(directory, 'node.kubeconfig');
const certificatePath = (): string => join(directory, 'pki', 'kubelet-client-n1.pem');
const certificate = (): NodeClientCertificate =>
  nodeClientCertificate({
    nodeName: 'n1',
    kubeconfigPath: kubeconfigPath(),
    bootstrapKubeconfigPath: join(directory, 'bootstrap.kubeconfig'),
    directory: join(directory, 'pki'),
    environment: {},
    clock,
    log: silentLogger,
    random: () => 0,
    openClient: () => api.client,
  });
const asked = (): number =>
  api.lines.filter((line) => line.startsWith('POST ') && line.endsWith('signingrequests')).length;

async function sign(): Promise<void> {
  await expect.poll(() => api.objects.has(path)).toBe(true);
  const request = api.objects.get(path) as CertificateSigningRequest;
  const key = publicKeyOfRequest(Buffer.from(request.spec.request, 'base64').toString());
  const text = signer.sign(key, {
    commonName: 'system:node:n1',
    organizations: ['system:nodes'],
    usages: ['client'],
    notBefore: new Date(clock.now() - 1_000),
    notAfter: new Date(clock.now() + 24 * hour),
  });
  const status = { conditions: [{ type: 'Approved' }], certificate: Buffer.from(text).toString('base64') };
  api.put(path, { ...request, status } as CertificateSigningRequest);
}

it('is asked for with the bootstrap credentials, and then there is a kubeconfig that uses it', async () => {
  const done = certificate().bootstrap(stop.signal);
  await sign();
  await done;
  expect(api.objects.get(path)).toMatchObject({
    spec: { signerName: 'kubernetes.io/kube-apiserver-client-kubelet', usages: ['digital signature', 'client auth'] },
  });
  expect((await stat(kubeconfigPath())).mode & 0o777).toBe(0o600);
  expect(await readFile(kubeconfigPath(), 'utf8')).not.toContain('abcdef');
  const cluster = await loadKubeConfig({ path: kubeconfigPath(), environment: {} });
  expect(cluster.server).toBe('https://192.0.2.1:6443');
  const { tls, headers } = await cluster.credentials.current(stop.signal);
  expect(tls.cert).toContain('BEGIN CERTIFICATE');
  expect(tls.key).toContain('BEGIN PRIVATE KEY');
  expect(headers).toEqual({});
});

it('is not asked for where there is one that is still valid', async () => {
  const done = certificate().bootstrap(stop.signal);
  await sign();
  await done;
  await certificate().bootstrap(stop.signal);
  expect(asked()).toBe(1);
});

it('is asked for again once it has expired', async () => {
  const done = certificate().bootstrap(stop.signal);
  await sign();
  await done;
  clock.setWall(clock.now() + 25 * hour);
  const again = certificate().bootstrap(stop.signal);
  await expect.poll(asked).toBe(3);
  await sign();
  await again;
});

it('is tried for until it is had, or until the process is stopped', async () => {
  const memory = api.client.answer;
  api.client.answer = () => {
    throw refusal(503, 'ServiceUnavailable');
  };
  const done = certificate().bootstrap(stop.signal);
  await clock.whenPending();
  api.client.answer = memory;
  await clock.advance(2_000);
  await sign();
  await done;
  const other = new AbortController();
  clock.setWall(clock.now() + 25 * hour);
  const waiting = certificate().bootstrap(other.signal);
  await expect.poll(asked).toBeGreaterThan(1);
  other.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
});

it('is replaced in its file by the node itself when 70 % of its life are over', async () => {
  const done = certificate().bootstrap(stop.signal);
  await sign();
  await done;
  const first = await readFile(certificatePath(), 'utf8');
  const rotating = certificate().rotate(api.client, stop.signal);
  await clock.whenPending();
  await clock.advance(16 * hour);
  expect(asked()).toBe(1);
  await clock.advance(hour);
  await expect.poll(asked).toBe(3);
  await sign();
  await expect.poll(() => readFile(certificatePath(), 'utf8')).not.toBe(first);
  stop.abort(new Error('the process ends'));
  await clock.advance(0);
  await rotating;
});
