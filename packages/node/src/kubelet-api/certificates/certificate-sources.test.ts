import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '../../provider/logger.ts';
import type { NodeAddress } from '../../provider/wire.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { derValues } from '../../testing/read-der.ts';
import { type KeyPair, TestCertificateAuthority } from '../../testing/test-certificates.ts';
import { clientAuthoritiesFile } from '../access/client-authorities-file.ts';
import { CertificateFileError } from './certificate-file-error.ts';
import { certificateFiles } from './certificate-files.ts';
import { certificateRequest, generatePrivateKey } from './certificate-request.ts';
import { certificateStore } from './certificate-store.ts';
import { requestName } from './request-name.ts';
import { rotationTime } from './rotation-time.ts';
import { selfSignedSource } from './self-signed-source.ts';
import type { ServingCertificate } from './serving-certificate.ts';
import { ipAddressBytes, subjectNamesOf } from './subject-names.ts';

let directory: string;
let stop: AbortController;
let following: Promise<void>[];
let lines: string[];
let clock: FakeClock;
const authority = new TestCertificateAuthority();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vk-certificates-'));
  stop = new AbortController();
  following = [];
  lines = [];
  clock = new FakeClock({ now: Date.now() });
});
afterEach(async () => {
  stop.abort(new Error('the test is over'));
  await Promise.all(following);
  await rm(directory, { recursive: true });
});

const log: Logger = {
  debug: () => undefined,
  info: (message) => lines.push(`info ${message}`),
  warn: (message) => lines.push(`warn ${message}`),
  error: (message) => lines.push(`error ${message}`),
  with: () => log,
};

/** Writes a file in one step, so that nobody reads half of it. */
async function put(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

/** What a source tells, one after the other. */
class Told<T> {
  readonly all: T[] = [];
  #wake: () => void = () => undefined;
  readonly take = (value: T): void => {
    this.all.push(value);
    this.#wake();
  };

  /** Moves the clock on, by a minute each time, until this many have come. */
  async reach(count: number): Promise<void> {
    while (this.all.length < count) {
      await clock.advance(60_000);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setImmediate(resolve);
      });
    }
  }
}

describe('a certificate in files', () => {
  const files = (): { certificateFile: string; privateKeyFile: string } => ({
    certificateFile: join(directory, 'tls.crt'),
    privateKeyFile: join(directory, 'tls.key'),
  });
  const putPair = async ({ cert, key }: KeyPair): Promise<void> => {
    await put(files().certificateFile, cert);
    await put(files().privateKeyFile, key);
  };

  it('is read at the start, and anew when both files were replaced', async () => {
    const [first, second] = [authority.issue({ commonName: 'first' }), authority.issue({ commonName: 'second' })];
    await putPair(first);
    const source = certificateFiles({ ...files(), clock, log });
    expect(await source.open(stop.signal)).toEqual({ certificate: first.cert, privateKey: first.key });
    const told = new Told<ServingCertificate>();
    following.push(source.follow(told.take, stop.signal));
    await putPair(second);
    await told.reach(1);
    expect(told.all).toEqual([{ certificate: second.cert, privateKey: second.key }]);
  });

  it('stays what it was while key and certificate do not belong together, and that is an error line', async () => {
    const [first, second] = [authority.issue({ commonName: 'first' }), authority.issue({ commonName: 'second' })];
    await putPair(first);
    const source = certificateFiles({ ...files(), clock, log });
    await source.open(stop.signal);
    const told = new Told<ServingCertificate>();
    following.push(source.follow(told.take, stop.signal));
    await put(files().certificateFile, second.cert);
    while (lines.length === 0) await clock.advance(60_000);
    expect(lines).toEqual([
      'error The files of the serving certificate changed and cannot be used: the one before stays',
    ]);
    expect(told.all).toEqual([]);
    await put(files().privateKeyFile, second.key);
    await told.reach(1);
    expect(told.all[0]?.certificate).toBe(second.cert);
  });

  it('is replaced whole where a symbolic link is, as in a projected volume', async () => {
    const [first, second] = [authority.issue({ commonName: 'first' }), authority.issue({ commonName: 'second' })];
    for (const [name, { cert, key }] of Object.entries({ one: first, two: second })) {
      await mkdir(join(directory, name));
      await writeFile(join(directory, name, 'tls.crt'), cert);
      await writeFile(join(directory, name, 'tls.key'), key);
    }
    await symlink('one', join(directory, '..data'));
    await symlink(join('..data', 'tls.crt'), files().certificateFile);
    await symlink(join('..data', 'tls.key'), files().privateKeyFile);
    const source = certificateFiles({ ...files(), clock, log });
    expect((await source.open(stop.signal))?.certificate).toBe(first.cert);
    const told = new Told<ServingCertificate>();
    following.push(source.follow(told.take, stop.signal));
    await symlink('two', join(directory, '..data_new'));
    await rename(join(directory, '..data_new'), join(directory, '..data'));
    await told.reach(1);
    expect(told.all).toEqual([{ certificate: second.cert, privateKey: second.key }]);
  });

  it('that is missing, no PEM, or not that of the key keeps the process from starting, with the names of the files', async () => {
    const source = certificateFiles({ ...files(), clock, log });
    await expect(source.open(stop.signal)).rejects.toThrow(/cannot read the serving certificate: .*tls\.crt/);
    await putPair({ cert: 'no PEM', key: 'no PEM' });
    await expect(source.open(stop.signal)).rejects.toThrow(/tls\.crt and .*tls\.key are not/);
    await putPair({ cert: authority.issue({ commonName: 'a' }).cert, key: authority.issue({ commonName: 'b' }).key });
    await expect(source.open(stop.signal)).rejects.toBeInstanceOf(CertificateFileError);
  });
});

describe('a client CA in a file', () => {
  it('is taken anew when the file changes, and stays when what came cannot be used', async () => {
    const path = join(directory, 'ca.crt');
    const next = new TestCertificateAuthority('next');
    await put(path, authority.cert);
    const source = clientAuthoritiesFile({ path, clock, log });
    expect(await source.open(stop.signal)).toBe(authority.cert);
    const told = new Told<string | undefined>();
    following.push(source.follow(told.take, stop.signal));
    await put(path, 'nothing of use');
    while (lines.length === 0) await clock.advance(60_000);
    expect(lines).toEqual(['error The file with the client CA changed and cannot be used: what it held before stays']);
    await put(path, `${authority.cert}${next.cert}`);
    await told.reach(1);
    expect(told.all).toEqual([`${authority.cert}${next.cert}`]);
    await rm(path);
    while (lines.length < 3) await clock.advance(60_000);
    expect(lines[2]).toBe('error The file with the client CA cannot be read: what it held before stays');
    expect(told.all).toHaveLength(1);
  });

  it('that cannot be used keeps the process from starting', async () => {
    const path = join(directory, 'ca.crt');
    await expect(clientAuthoritiesFile({ path, clock, log }).open(stop.signal)).rejects.toThrow(path);
    await put(path, '');
    await expect(clientAuthoritiesFile({ path, clock, log }).open(stop.signal)).rejects.toThrow(path);
  });
});

describe('a self-signed certificate', () => {
  const sourceFor = (addresses: () => readonly NodeAddress[]): ReturnType<typeof selfSignedSource> =>
    selfSignedSource({ nodeName: 'n1', addresses, clock, log, random: () => 0 });

  it('is for the addresses of the node, for servers only, for a year, and comes with a warning', async () => {
    const source = sourceFor(() => [
      { type: 'InternalIP', address: '10.0.0.7' },
      { type: 'InternalIP', address: 'fd00::7' },
      { type: 'InternalDNS', address: 'n1.example' },
    ]);
    const made = await source.open(stop.signal);
    const certificate = new X509Certificate(made?.certificate ?? '');
    expect(certificate.subjectAltName).toBe('DNS:n1.example, IP Address:10.0.0.7, IP Address:FD00:0:0:0:0:0:0:7');
    expect(certificate.subject).toBe('CN=n1');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(certificate.ca).toBe(false);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.validToDate.getTime() - clock.now()).toBeGreaterThan(364 * 86_400_000);
    expect(lines).toEqual([expect.stringMatching(/^warn .*self-signed.*--serving-certificate=csr or files/)]);
  });

  it('is nothing to warn of where only this machine can connect', async () => {
    await sourceFor(() => [{ type: 'InternalIP', address: '127.0.0.1' }]).open(stop.signal);
    expect(lines).toEqual([expect.stringMatching(/^info .*self-signed/)]);
  });

  it('is made anew when the addresses change, and when 70 % of its life are over', async () => {
    let addresses: readonly NodeAddress[] = [{ type: 'InternalIP', address: '10.0.0.7' }];
    const source = sourceFor(() => addresses);
    await source.open(stop.signal);
    const told = new Told<ServingCertificate>();
    following.push(source.follow(told.take, stop.signal));
    await clock.advance(60_000);
    expect(told.all).toEqual([]);
    addresses = [{ type: 'InternalIP', address: '10.0.0.8' }];
    await told.reach(1);
    expect(new X509Certificate(told.all[0]?.certificate ?? '').subjectAltName).toBe('IP Address:10.0.0.8');
    clock.setWall(clock.now() + 0.71 * 365 * 86_400_000);
    await told.reach(2);
  });
});

describe('a request for a certificate', () => {
  it('is signed with its own key, and names the node and what it is for', () => {
    const key = generatePrivateKey();
    const names = subjectNamesOf([
      { type: 'InternalIP', address: '10.0.0.7' },
      { type: 'Hostname', address: 'n1' },
    ]);
    const text = certificateRequest(key, { commonName: 'system:node:n1', organizations: ['system:nodes'] }, names);
    const bytes = Buffer.from(text.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
    // SEQUENCE { body, algorithm, signature }: RFC 2986, section 4.2.
    const [whole] = derValues(bytes);
    const [body, , signature] = derValues(whole?.content ?? Buffer.alloc(0));
    const publicKey = createPublicKey(key);
    expect(
      verify('sha256', body?.whole ?? Buffer.alloc(0), publicKey, signature?.content.subarray(1) ?? Buffer.alloc(0)),
    ).toBe(true);
    const inside = body?.whole.toString('latin1') ?? '';
    for (const part of ['system:node:n1', 'system:nodes', 'n1', '\x87\x04\x0a\x00\x00\x07'])
      expect(inside).toContain(part);
  });

  it('has one name for one purpose of a node, of at most 253 characters', () => {
    expect(requestName('serving', 'n1')).toBe('virtual-kubelet-serving-n1');
    const long = requestName('client', `${'a'.repeat(240)}.example`);
    expect(long.length).toBeLessThan(100);
    expect(long).not.toBe(requestName('client', `${'a'.repeat(241)}.example`));
  });
});

describe('the names in a certificate', () => {
  it('are the IP addresses and the DNS names of the node, each once and in order', () => {
    expect(
      subjectNamesOf([
        { type: 'InternalIP', address: '10.0.0.9' },
        { type: 'ExternalIP', address: '10.0.0.10' },
        { type: 'InternalIP', address: '10.0.0.9' },
        { type: 'Hostname', address: 'b' },
        { type: 'InternalDNS', address: 'a' },
        { type: 'Hostname', address: '10.0.0.1' },
        { type: 'InternalIP', address: '' },
      ]),
    ).toEqual({ dnsNames: ['a', 'b'], ipAddresses: ['10.0.0.1', '10.0.0.10', '10.0.0.9'] });
  });

  it('hold IPv6 addresses in every form', () => {
    const hex = (address: string): string => ipAddressBytes(address).toString('hex');
    expect(hex('::1')).toBe('00000000000000000000000000000001');
    expect(hex('2001:db8::a:0:1')).toBe('20010db80000000000000000000a00000001'.slice(0, 20) + '000a00000001');
    expect(hex('::ffff:10.0.0.7')).toBe('00000000000000000000ffff0a000007');
    expect(hex('1:2:3:4:5:6:7:8')).toBe('00010002000300040005000600070008');
  });
});

describe('a certificate that is kept', () => {
  it('is replaced at a moment between 70 and 90 % of its life', () => {
    const now = Date.now();
    const issue = { commonName: 'n', notBefore: new Date(now), notAfter: new Date(now + 1_000_000) };
    const { cert } = authority.issue(issue);
    const start = Math.floor(now / 1_000) * 1_000;
    expect(rotationTime(cert, () => 0)).toBeCloseTo(start + 700_000, -3.5);
    expect(rotationTime(cert, () => 1)).toBeCloseTo(start + 900_000, -3.5);
  });

  it('outlives the process in a file of its owner, and a file that is cut short counts as none', async () => {
    const store = certificateStore(join(directory, 'pki'), 'kubelet-server-n1.pem');
    expect(await store.read()).toBeUndefined();
    const { cert, key } = authority.issue({ commonName: 'n1' });
    await store.write({ certificate: cert, privateKey: key });
    expect(await store.read()).toEqual({ certificate: cert, privateKey: key });
    expect((await stat(store.path)).mode & 0o777).toBe(0o600);
    await writeFile(store.path, (await readFile(store.path, 'utf8')).slice(0, -40));
    expect(await store.read()).toBeUndefined();
  });
});
