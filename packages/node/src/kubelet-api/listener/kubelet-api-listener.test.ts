import { Agent, request as httpsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AccessWorld, openAccessWorld } from '../../testing/access-world.ts';
import { TestCertificateAuthority } from '../../testing/test-certificates.ts';
import { VerifiedPeers } from '../access/verified-peers.ts';
import { silentLogger } from '../../provider/logger.ts';
import { KubeletApiListener } from './kubelet-api-listener.ts';
import { ListenError } from './listen-error.ts';

let world: AccessWorld;
const open: (() => void)[] = [];
beforeEach(async () => {
  world = await openAccessWorld();
  world.cluster.rights.add('operator get proxy');
});
afterEach(async () => {
  for (const close of open.splice(0)) close();
  await world.close();
});

function dial(options: ConnectionOptions = {}, port = world.listener.port): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
    open.push(() => socket.destroy());
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
  });
}

function nextText(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once('data', (data: Buffer) => resolve(data.toString('latin1')));
    socket.once('end', () => resolve(''));
    socket.once('error', reject);
  });
}

const ended = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));
const get = 'GET /get/proxy HTTP/1.1\r\nHost: node\r\n\r\n';

function askOver(agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      { host: '127.0.0.1', port: world.listener.port, path: '/get/proxy', agent },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    request.on('error', reject);
    request.end();
  });
}

describe('the serving certificate', () => {
  it('is not there at first: handshakes fail until there is one', async () => {
    const listener = new KubeletApiListener({
      host: '127.0.0.1',
      port: 0,
      peers: new VerifiedPeers(world.clock),
      log: silentLogger,
    });
    await listener.listen();
    open.push(() => void listener.close());
    await expect(dial({}, listener.port)).rejects.toThrow(/handshake failure/);
    const { cert, key } = new TestCertificateAuthority().issue({ commonName: 'node' });
    listener.setCertificate({ certificate: cert, privateKey: key });
    expect((await dial({}, listener.port)).getPeerCertificate().subject.CN).toBe('node');
  });

  it('is replaced for new connections without an open one being dropped', async () => {
    const identity = world.clientAuthority.issue({ commonName: 'operator' });
    const before = await dial(identity);
    const { cert, key } = new TestCertificateAuthority().issue({ commonName: 'renewed' });
    world.listener.setCertificate({ certificate: cert, privateKey: key });
    expect((await dial()).getPeerCertificate().subject.CN).toBe('renewed');
    before.write(get);
    expect(await nextText(before)).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('a connection', () => {
  it('that was opened under other client authorities proves nothing any more', async () => {
    const identity = world.clientAuthority.issue({ commonName: 'operator' });
    const socket = await dial(identity);
    const begun = 'GET /get/proxy HTTP/1.1\r\nHost: node\r\n';
    socket.write(get);
    expect(await nextText(socket)).toMatch(/^HTTP\/1\.1 200 /);
    // Not idle: the head of the next request is half there.
    socket.write(begun);
    await world.ask({});
    world.listener.setClientAuthorities(new TestCertificateAuthority('next').cert);
    socket.write('\r\n');
    expect(await nextText(socket)).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('that is idle is closed when the client authorities change, and a client with a good certificate goes on', async () => {
    const { cert, key } = world.clientAuthority.issue({ commonName: 'operator' });
    const agent = new Agent({ keepAlive: true, cert, key, rejectUnauthorized: false });
    open.push(() => agent.destroy());
    expect(await askOver(agent)).toBe(200);
    const [kept] = Object.values(agent.freeSockets).flat();
    if (kept === undefined) throw new Error('the connection was not kept');
    const closed = ended(kept);
    world.listener.setClientAuthorities(`${world.clientAuthority.cert}${new TestCertificateAuthority('next').cert}`);
    await closed;
    expect(await askOver(agent)).toBe(200);
  });

  it('never resumes a session: what another handshake proved is not taken over', async () => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const identity = world.clientAuthority.issue({ commonName: 'operator' });
      const first = await dial({ ...identity, maxVersion });
      const sessions: Buffer[] = [];
      first.on('session', (session) => sessions.push(session));
      first.write(get);
      await nextText(first);
      const session = sessions.at(-1) ?? first.getSession();
      const second = await dial({ ...(session !== undefined && { session }), maxVersion });
      expect(second.isSessionReused()).toBe(false);
      second.write(get);
      expect(await nextText(second)).toMatch(/^HTTP\/1\.1 401 /);
    }
  });

  it('cannot change who is on its other end by another handshake', async () => {
    const socket = await dial({ ...world.clientAuthority.issue({ commonName: 'operator' }), maxVersion: 'TLSv1.2' });
    const result = await new Promise<Error | null>((resolve) => {
      socket.once('error', resolve);
      socket.renegotiate({ rejectUnauthorized: false }, resolve);
    });
    expect(result).toBeInstanceOf(Error);
  });

  it('speaks TLS 1.2 or later, and HTTP/1.1 only (CVE-2023-44487, CVE-2019-9512, CVE-2019-9514: no HTTP/2 to flood)', async () => {
    await expect(dial({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow(
      /alert|protocol/i,
    );
    const socket = await dial({ ALPNProtocols: ['h2', 'http/1.1'] });
    expect(socket.alpnProtocol).toBe('http/1.1');
    await expect(dial({ maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' })).rejects.toThrow(/handshake failure/);
  });

  it('can be had at the address that was given only, not at every one of the machine (CVE-2020-8558)', async () => {
    await expect(dial({ host: '127.0.0.2' })).rejects.toThrow(/ECONNREFUSED|EADDRNOTAVAIL/);
  });

  it('without TLS is answered with nothing of use', async () => {
    const socket = connect(world.listener.port, '127.0.0.1', () => socket.write(get));
    open.push(() => socket.destroy());
    socket.on('error', () => undefined);
    await ended(socket);
    expect(socket.bytesRead).toBeLessThan(16);
  });
});

describe('bounds', () => {
  it('keep a head of more than 1 MiB out', async () => {
    const socket = await dial();
    let answer = '';
    socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
    socket.on('error', () => undefined);
    const closed = ended(socket);
    socket.write(`GET /get/proxy HTTP/1.1\r\nHost: node\r\nX-Large: ${'x'.repeat(1_100_000)}\r\n\r\n`);
    await closed;
    // The answer may be lost with the rest of what was sent.
    expect(answer).toMatch(/^(HTTP\/1\.1 431 .*)?$/s);
  });

  it('keep the number of connections', async () => {
    const listener = new KubeletApiListener({
      host: '127.0.0.1',
      port: 0,
      peers: new VerifiedPeers(world.clock),
      log: silentLogger,
      maximumConnections: 1,
    });
    const { cert, key } = new TestCertificateAuthority().issue({ commonName: 'node' });
    listener.setCertificate({ certificate: cert, privateKey: key });
    await listener.listen();
    open.push(() => void listener.close());
    await dial({}, listener.port);
    await expect(dial({}, listener.port)).rejects.toThrow(/disconnected|ECONNRESET|closed/);
  });
});

describe('its end', () => {
  it('lets open connections be used until they are cut off, upgraded ones too', async () => {
    const identity = world.clientAuthority.issue({ commonName: 'operator' });
    const idle = await dial(identity);
    const upgraded = await dial(identity);
    upgraded.write('GET / HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n');
    expect(await nextText(upgraded)).toMatch(/^HTTP\/1\.1 101 /);
    const { port } = world.listener;
    world.listener.stopListening();
    await expect(dial({}, port)).rejects.toThrow(/ECONNREFUSED/);
    const closed = Promise.all([ended(idle), ended(upgraded)]);
    await world.listener.close();
    await closed;
  });
});

it('says which address it cannot have, and which flags choose another', async () => {
  const { port } = world.listener;
  const second = new KubeletApiListener({
    host: '127.0.0.1',
    port,
    peers: new VerifiedPeers(world.clock),
    log: silentLogger,
  });
  const failure = await second.listen().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ListenError);
  expect((failure as ListenError).message).toMatch(
    new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}: .*EADDRINUSE.*--kubelet-address.*--kubelet-port`),
  );
});
