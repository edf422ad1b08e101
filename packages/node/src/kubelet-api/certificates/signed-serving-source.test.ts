import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../../provider/logger.ts';
import type { NodeAddress } from '../../provider/wire.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { MemoryApi } from '../../testing/memory-api.ts';
import { publicKeyOfRequest } from '../../testing/read-der.ts';
import { refusal } from '../../testing/scripted-kube-client.ts';
import { TestCertificateAuthority } from '../../testing/test-certificates.ts';
import type { CertificateSigningRequest } from './certificate-signing-request.ts';
import type { ServingCertificate } from './serving-certificate.ts';
import { signedServingSource } from './signed-serving-source.ts';

const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests/virtual-kubelet-serving-n1';
const signer = new TestCertificateAuthority('cluster CA');
const hour = 3_600_000;
let clock: FakeClock;
let api: MemoryApi;
let addresses: readonly NodeAddress[];
let told: ServingCertificate[];
let directory: string;
const ends: (() => Promise<void>)[] = [];

beforeEach(async () => {
  clock = new FakeClock({ now: Date.now() });
  api = new MemoryApi();
  addresses = [{ type: 'InternalIP', address: '10.0.0.7' }];
  told = [];
  directory = await mkdtemp(join(tmpdir(), 'vk-signed-'));
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  expect(clock.pending).toBe(0);
  await rm(directory, { recursive: true });
});

/** Starts a process that wants a certificate. */
async function start(options: { readonly stored?: boolean } = {}): Promise<() => Promise<void>> {
  const source = signedServingSource({
    client: api.client,
    nodeName: 'n1',
    addresses: () => addresses,
    clock,
    log: silentLogger,
    random: () => 0,
    directory: options.stored === true ? directory : undefined,
  });
  const stop = new AbortController();
  const first = await source.open(stop.signal);
  if (first !== undefined) told.push(first);
  const following = source.follow((next) => told.push(next), stop.signal);
  const end = async (): Promise<void> => {
    stop.abort(new Error('the process ends'));
    await following;
  };
  ends.push(end);
  await clock.advance(0);
  return end;
}

const current = (): CertificateSigningRequest | undefined =>
  api.objects.get(path) as CertificateSigningRequest | undefined;

/** Somebody approves the request and signs it, for a day; for the addresses that are asked for, from now, unless they do not care. */
async function sign({
  hosts = addresses.map(({ address }) => address),
  from = clock.now() - 1_000,
} = {}): Promise<void> {
  await expect.poll(current).toBeDefined();
  const request = current() as CertificateSigningRequest;
  const key = publicKeyOfRequest(Buffer.from(request.spec.request, 'base64').toString());
  const certificate = signer.sign(key, {
    commonName: 'system:node:n1',
    organizations: ['system:nodes'],
    hosts,
    usages: ['server'],
    notBefore: new Date(from),
    notAfter: new Date(from + 24 * hour),
  });
  answer({ conditions: [{ type: 'Approved' }], certificate: Buffer.from(certificate).toString('base64') });
}

function answer(status: NonNullable<CertificateSigningRequest['status']>): void {
  api.put(path, { ...current(), status } as CertificateSigningRequest);
}

const untilTold = (count: number): Promise<void> => expect.poll(() => told.length).toBe(count);
const requests = (): number =>
  api.lines.filter((line) => line.startsWith('POST ') && line.endsWith('signingrequests')).length;

it('is asked for as the node, for its addresses, and used as soon as it is signed', async () => {
  await start();
  expect(current()?.spec).toMatchObject({
    signerName: 'kubernetes.io/kubelet-serving',
    usages: ['digital signature', 'server auth'],
  });
  const text = Buffer.from(current()?.spec.request ?? '', 'base64').toString();
  expect(text).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n/);
  expect(told).toEqual([]);
  await sign();
  await untilTold(1);
  expect(new X509Certificate(told[0]?.certificate ?? '').checkIP('10.0.0.7')).toBe('10.0.0.7');
});

it('is waited for as long as the request is there, with one watch and no further request', async () => {
  await start();
  await clock.advance(24 * hour);
  expect(requests()).toBe(1);
  await sign();
  await untilTold(1);
});

it('that was approved and is not signed yet is still waited for', async () => {
  await start();
  answer({ conditions: [{ type: 'Approved' }] });
  await clock.advance(1_000);
  expect(told).toEqual([]);
  await sign();
  await untilTold(1);
});

it('is asked for again later when the request was denied, failed or deleted', async () => {
  await start();
  answer({ conditions: [{ type: 'Denied', reason: 'No' }] });
  await clock.advance(10_000);
  expect(requests()).toBe(3); // The name was taken, so what was denied is deleted first.
  answer({ conditions: [{ type: 'Approved' }, { type: 'Failed', reason: 'SignerValidationFailure' }] });
  await clock.advance(10_000);
  expect(requests()).toBe(5);
  await sign();
  await untilTold(1);
});

it('is replaced when 70 % of its life are over, and the one before is used until then', async () => {
  await start();
  await sign();
  await untilTold(1);
  await clock.advance(16 * hour);
  expect(requests()).toBe(1);
  await clock.advance(hour);
  expect(requests()).toBeGreaterThan(1);
  await sign();
  await untilTold(2);
  expect(told[1]?.privateKey).not.toBe(told[0]?.privateKey);
});

it('is asked for anew when the addresses of the node change, also while a request waits', async () => {
  await start();
  const first = current()?.metadata?.uid;
  addresses = [{ type: 'InternalIP', address: '10.0.0.8' }];
  await clock.advance(30_000);
  expect(current()?.metadata?.uid).not.toBe(first);
  await sign();
  await untilTold(1);
  addresses = [{ type: 'InternalIP', address: '10.0.0.9' }];
  await clock.advance(30_000);
  await sign();
  await untilTold(2);
  expect(new X509Certificate(told[1]?.certificate ?? '').checkIP('10.0.0.9')).toBe('10.0.0.9');
});

it('is not asked for while the node has no address', async () => {
  addresses = [];
  await start();
  await clock.advance(60_000);
  expect(requests()).toBe(0);
  addresses = [{ type: 'InternalIP', address: '10.0.0.7' }];
  await clock.advance(15_000);
  expect(requests()).toBe(1);
});

it.each([
  ['which is known beforehand', 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'],
  ['which nobody could say beforehand', 'DELETE', path],
])('is asked for under another name where a request was left behind that may not be deleted, %s', async (...what) => {
  const [, method, to] = what;
  await start();
  const memory = api.client.answer;
  api.client.answer = (request) => {
    if (request.method !== method || request.path !== to) return memory(request);
    if (method === 'DELETE') throw refusal(403, 'Forbidden');
    return { status: { allowed: false } };
  };
  for (const end of ends.splice(0)) await end();
  await start();
  const last = api.client.requests.findLast(
    (request) => request.method === 'POST' && request.path.endsWith('signingrequests'),
  );
  expect(last?.body).toMatchObject({ metadata: { generateName: 'virtual-kubelet-serving-n1-' } });
  expect(api.lines.some((line) => line.startsWith('DELETE '))).toBe(method === 'DELETE');
});

it('outlives the process where a directory is given, as long as it is for the addresses of the node', async () => {
  await start({ stored: true });
  await sign();
  await untilTold(1);
  await clock.advance(0);
  for (const end of ends.splice(0)) await end();
  const before = requests();
  await start({ stored: true });
  expect(told[1]).toEqual(told[0]);
  expect(requests()).toBe(before);
  for (const end of ends.splice(0)) await end();
  addresses = [{ type: 'InternalIP', address: '10.0.0.8' }];
  await start({ stored: true });
  expect(requests()).toBeGreaterThan(before);
});

it.each([
  ['lacks an address', { hosts: ['10.0.0.99'] }],
  ['is not valid yet, since the clock of this machine is late', { from: Date.now() + 2 * hour }],
])('that %s is used, and another one is asked for later and later', async (_what, faults) => {
  await start();
  await sign(faults);
  await untilTold(1);
  await clock.advance(1_000);
  expect(requests()).toBe(1);
  await clock.advance(2_000);
  const again = requests();
  expect(again).toBeGreaterThan(1);
  await sign(faults);
  await untilTold(2);
  await clock.advance(3_000);
  expect(requests()).toBe(again);
  await clock.advance(2_000);
  await sign();
  await untilTold(3);
  const before = requests();
  await clock.advance(hour);
  expect(requests()).toBe(before);
});
