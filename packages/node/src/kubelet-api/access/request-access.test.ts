import { rootCertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KubeConnectionError } from '../../kube/kube-connection-error.ts';
import { type AccessWorld, openAccessWorld } from '../../testing/access-world.ts';
import { refusal } from '../../testing/scripted-kube-client.ts';
import { type KeyPair, TestCertificateAuthority } from '../../testing/test-certificates.ts';

let world: AccessWorld;
beforeEach(async () => {
  world = await openAccessWorld({ cacheLimit: 3 });
});
afterEach(async () => {
  await world.close();
});

const day = 86_400_000;
const operator = (): KeyPair =>
  world.clientAuthority.issue({ commonName: 'operator', organizations: ['sre', 'oncall'], usages: ['client'] });
const reviews = (plural: string): number => world.client.lines.filter((line) => line.endsWith(`/${plural}`)).length;

describe('who asks', () => {
  beforeEach(() => {
    world.cluster.rights.add('operator get proxy').add('robot get proxy');
    world.cluster.tokens.set('good', { username: 'robot', groups: ['bots'] });
  });

  it('is the name in a client certificate of the client CA, and its organizations are the groups', async () => {
    const { status, body } = await world.ask({ identity: operator() });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({ username: 'operator', groups: ['sre', 'oncall', 'system:authenticated'] });
    expect(world.client.lines).toEqual(['POST /apis/authorization.k8s.io/v1/subjectaccessreviews']);
    expect(world.client.requests[0]?.body).toMatchObject({
      spec: {
        user: 'operator',
        groups: ['sre', 'oncall', 'system:authenticated'],
        resourceAttributes: { verb: 'get', version: 'v1', resource: 'nodes', subresource: 'proxy', name: 'node-1' },
      },
    });
  });

  it('is who a TokenReview says, and no certificate is needed for that', async () => {
    const { status, body } = await world.ask({ token: 'good' });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({ username: 'robot', groups: ['bots', 'system:authenticated'] });
  });

  it('is the holder of a token that comes as a WebSocket protocol, as a browser sends it', async () => {
    const ask = async (token: string, others: readonly string[] = ['v5.channel.k8s.io']): Promise<number> => {
      const encoded = `base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}`;
      const protocols = [encoded, ...others].join(', ');
      const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Protocol': protocols };
      return (await world.ask({ headers })).status;
    };
    // 418 is what the test's server answers to those who are let in.
    expect(await ask('good')).toBe(418);
    expect(await ask('bad')).toBe(401);
    expect(await ask('good', [])).toBe(401);
    expect(await ask('good', ['base64url.bearer.authorization.k8s.io.Z29vZA', 'v5.channel.k8s.io'])).toBe(401);
  });

  it('is still known by a token that was good when many are tried that are not', async () => {
    expect((await world.ask({ token: 'good' })).status).toBe(200);
    for (const token of ['guess-1', 'guess-2', 'guess-3', 'guess-4'])
      expect((await world.ask({ token })).status).toBe(401);
    const before = reviews('tokenreviews');
    expect((await world.ask({ token: 'good' })).status).toBe(200);
    expect(reviews('tokenreviews')).toBe(before);
  });

  it('is the holder of a good token where the certificate does not hold', async () => {
    const identity = new TestCertificateAuthority('another CA').issue({ commonName: 'operator' });
    expect((await world.ask({ identity, token: 'good' })).status).toBe(200);
  });

  it('is never nobody (kubeadm #178, anonymous 10250): without certificate and token the answer is 401, and the API server is not asked', async () => {
    expect(await world.ask({})).toEqual({ status: 401, body: 'Unauthorized' });
    expect(await world.ask({ headers: { authorization: 'Basic b3BlcmF0b3I6eA==' } })).toMatchObject({ status: 401 });
    expect(await world.ask({ headers: { authorization: 'Bearer' } })).toMatchObject({ status: 401 });
    expect(world.client.lines).toEqual([]);
  });

  it('is not who headers say that the API server understands from a front proxy or an impersonator', async () => {
    const headers = { 'x-remote-user': 'operator', 'impersonate-user': 'operator', 'x-remote-group': 'system:masters' };
    expect((await world.ask({ headers })).status).toBe(401);
  });

  it.each([
    ['of another CA', () => new TestCertificateAuthority('client CA').issue({ commonName: 'operator' })],
    [
      'that has expired',
      () =>
        world.clientAuthority.issue({
          commonName: 'operator',
          notBefore: new Date(Date.now() - 2 * day),
          notAfter: new Date(Date.now() - day),
        }),
    ],
    [
      'that is not valid yet',
      () => world.clientAuthority.issue({ commonName: 'operator', notBefore: new Date(Date.now() + day / 2) }),
    ],
    ['for servers only', () => world.clientAuthority.issue({ commonName: 'operator', usages: ['server'] })],
    ['without a name', () => world.clientAuthority.issue({ commonName: '', organizations: ['system:masters'] })],
  ])('is not the one in a certificate %s', async (_what, identity) => {
    expect(await world.ask({ identity: identity() })).toEqual({ status: 401, body: 'Unauthorized' });
    expect(world.client.lines).toEqual([]);
  });

  it('is not the one in a certificate of an authority that the system trusts for web servers', async () => {
    const web = new TestCertificateAuthority('an authority of the web');
    setDefaultCACertificates([web.cert]);
    try {
      const identity = web.issue({ commonName: 'operator', usages: ['client'] });
      expect((await world.ask({ identity })).status).toBe(401);
      world.listener.setClientAuthorities(undefined);
      expect((await world.ask({ identity })).status).toBe(401);
    } finally {
      setDefaultCACertificates([...rootCertificates]);
    }
  });

  it('is known by an authority of the bundle also where the one above it is not in there, as the API server has it', async () => {
    const root = new TestCertificateAuthority('root');
    const middle = new TestCertificateAuthority('middle', root);
    const issue = { commonName: 'operator', usages: ['client'] } as const;
    world.listener.setClientAuthorities(middle.cert);
    expect((await world.ask({ identity: middle.issue(issue) })).status).toBe(200);
    const times = { notBefore: new Date(Date.now() - 2 * day), notAfter: new Date(Date.now() - day) };
    const stranger = new TestCertificateAuthority('middle', new TestCertificateAuthority('root'));
    for (const identity of [
      root.issue(issue),
      stranger.issue(issue),
      middle.issue({ ...issue, usages: ['server'] }),
      middle.issue({ ...issue, ...times }),
      new TestCertificateAuthority('below', middle).issue(issue),
    ])
      expect((await world.ask({ identity })).status).toBe(401);
  });

  it('is known by an authority below one of the bundle, when the client shows both', async () => {
    const below = new TestCertificateAuthority('below', world.clientAuthority);
    const { cert, key } = below.issue({ commonName: 'operator', usages: ['client'] });
    expect((await world.ask({ identity: { cert: `${cert}${below.cert}`, key } })).status).toBe(200);
    expect((await world.ask({ identity: { cert, key } })).status).toBe(401);
  });

  it('is not the one in a certificate that another client certificate signed', async () => {
    const { cert, key } = world.clientAuthority.issue({ commonName: 'operator', usages: ['client'] });
    const forged = new TestCertificateAuthority('operator').issue({ commonName: 'operator', usages: ['client'] });
    expect((await world.ask({ identity: { cert: `${forged.cert}${cert}`, key: forged.key } })).status).toBe(401);
    expect((await world.ask({ identity: { cert, key } })).status).toBe(200);
  });

  it('is nobody by certificate once no client CA is known any more', async () => {
    const identity = operator();
    expect((await world.ask({ identity })).status).toBe(200);
    world.listener.setClientAuthorities(undefined);
    expect((await world.ask({ identity })).status).toBe(401);
    expect((await world.ask({ identity, token: 'good' })).status).toBe(200);
  });

  it('is judged by the certificate authorities in force, not by those of the last handshake', async () => {
    const next = new TestCertificateAuthority('the next client CA');
    world.listener.setClientAuthorities(`${world.clientAuthority.cert}\n${next.cert}`);
    const [old, fresh] = [operator(), next.issue({ commonName: 'operator' })];
    expect((await world.ask({ identity: old })).status).toBe(200);
    expect((await world.ask({ identity: fresh })).status).toBe(200);
    world.listener.setClientAuthorities(next.cert);
    expect((await world.ask({ identity: old })).status).toBe(401);
    expect((await world.ask({ identity: fresh })).status).toBe(200);
  });

  it('is nobody when the certificate of a connection has expired since its handshake', async () => {
    const identity = operator();
    expect((await world.ask({ identity })).status).toBe(200);
    world.clock.setWall(world.clock.now() + 2 * day);
    expect((await world.ask({ identity })).status).toBe(401);
  });
});

describe('a bearer token', () => {
  beforeEach(() => {
    world.cluster.rights.add('robot get proxy');
    world.cluster.tokens.set('good', { username: 'robot' });
  });

  it('that the API server does not know, or not any more, is answered with 401', async () => {
    expect(await world.ask({ token: 'expired' })).toEqual({ status: 401, body: 'Unauthorized' });
  });

  it('is asked about again after two minutes, and then a revoked one is found out', async () => {
    expect((await world.ask({ token: 'good' })).status).toBe(200);
    world.cluster.tokens.delete('good');
    await world.clock.advance(119_999);
    expect((await world.ask({ token: 'good' })).status).toBe(200);
    expect(reviews('tokenreviews')).toBe(1);
    await world.clock.advance(1);
    expect((await world.ask({ token: 'good' })).status).toBe(401);
  });

  it('that was refused is asked about again after ten seconds', async () => {
    expect((await world.ask({ token: 'new' })).status).toBe(401);
    world.cluster.tokens.set('new', { username: 'robot' });
    await world.clock.advance(9_999);
    expect((await world.ask({ token: 'new' })).status).toBe(401);
    await world.clock.advance(1);
    expect((await world.ask({ token: 'new' })).status).toBe(200);
  });

  it.each([
    ['good', 'good', { username: 'somebody' }],
    ['not good', 'bad', undefined],
  ])(
    'that is %s is remembered among few: a flood of its like pushes it out instead of growing the memory',
    async (_what, first, user) => {
      const others = ['a', 'b', 'c'];
      for (const token of others) if (user !== undefined) world.cluster.tokens.set(token, user);
      await world.ask({ token: first });
      for (const token of others) await world.ask({ token });
      expect(reviews('tokenreviews')).toBe(4);
      await world.ask({ token: first });
      expect(reviews('tokenreviews')).toBe(5);
    },
  );

  it('that is as long as a novel is refused without a word to the API server', async () => {
    expect((await world.ask({ token: 'x'.repeat(70_000) })).status).toBe(401);
    expect(world.client.lines).toEqual([]);
  });

  it('of a user without a name is refused', async () => {
    world.cluster.tokens.set('nameless', { username: '' });
    expect((await world.ask({ token: 'nameless' })).status).toBe(401);
  });
});

describe('what they may do', () => {
  const token = 'good';
  beforeEach(() => {
    world.cluster.tokens.set(token, { username: 'robot' });
  });

  it('is asked by subresource in their order, and one that is allowed is enough', async () => {
    world.cluster.rights.add('robot get proxy');
    expect((await world.ask({ token, path: '/get/pods/proxy' })).status).toBe(200);
    const asked = world.client.requests.flatMap(({ body }) => {
      const { resourceAttributes } = (body as { spec: { resourceAttributes?: { subresource: string } } }).spec;
      return resourceAttributes === undefined ? [] : [resourceAttributes.subresource];
    });
    expect(asked).toEqual(['pods', 'proxy']);
    world.cluster.rights.add('robot get stats');
    expect((await world.ask({ token, path: '/get/stats/proxy' })).status).toBe(200);
    expect(reviews('subjectaccessreviews')).toBe(3);
  });

  it('is nothing that was not allowed: 403, with what would have been needed', async () => {
    expect(await world.ask({ token, path: '/get/pods/proxy' })).toEqual({
      status: 403,
      body: 'Forbidden (user=robot, verb=get, resource=nodes, subresource(s)=[pods proxy])',
    });
  });

  it('does not include create for one who only has get on nodes/proxy, whatever the HTTP method (kubernetes/kubernetes#136550)', async () => {
    world.cluster.rights.add('robot get proxy');
    expect((await world.ask({ token, method: 'GET', path: '/create/proxy' })).status).toBe(403);
    world.cluster.rights.add('robot create proxy');
    await world.clock.advance(30_000);
    expect((await world.ask({ token, method: 'GET', path: '/create/proxy' })).status).toBe(200);
  });

  it('is forgotten five minutes after it was allowed, and thirty seconds after it was not', async () => {
    world.cluster.rights.add('robot get proxy');
    expect((await world.ask({ token })).status).toBe(200);
    world.cluster.rights.delete('robot get proxy');
    await world.clock.advance(299_999);
    expect((await world.ask({ token })).status).toBe(200);
    await world.clock.advance(1);
    expect((await world.ask({ token })).status).toBe(403);
    world.cluster.rights.add('robot get proxy');
    await world.clock.advance(29_999);
    expect((await world.ask({ token })).status).toBe(403);
    await world.clock.advance(1);
    expect((await world.ask({ token })).status).toBe(200);
  });

  it('is nothing where a review denies and allows at once', async () => {
    world.client.answer = ({ path }) => ({
      status: path.includes('token')
        ? { authenticated: true, user: { username: 'robot' } }
        : { allowed: true, denied: true },
    });
    expect((await world.ask({ token })).status).toBe(403);
  });
});

describe('without an answer from the API server', () => {
  const down = (): never => {
    throw new KubeConnectionError({ message: 'connection refused', code: 'ECONNREFUSED' });
  };

  it('a token is worth nothing: 401, and nothing is remembered', async () => {
    const { answer } = world.client;
    world.cluster.tokens.set('good', { username: 'robot' });
    world.cluster.rights.add('robot get proxy');
    world.client.answer = down;
    expect(await world.ask({ token: 'good' })).toEqual({ status: 401, body: 'Unauthorized' });
    world.client.answer = answer;
    expect((await world.ask({ token: 'good' })).status).toBe(200);
  });

  it('one who is known gets 500, never through', async () => {
    world.client.answer = down;
    expect(await world.ask({ identity: operator() })).toEqual({ status: 500, body: 'Internal Server Error' });
  });

  it('is given up after ten seconds', async () => {
    world.client.answer = ({ signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const asked = world.ask({ identity: operator() });
    await world.clock.whenPending();
    await world.clock.advance(10_000);
    expect((await asked).status).toBe(500);
  });

  it('for lack of a right it says once how to get that, and again only after it was there in between', async () => {
    const { answer } = world.client;
    const forbidden = (): never => {
      throw refusal(403, 'Forbidden');
    };
    world.client.answer = forbidden;
    for (let time = 0; time < 3; time++) expect((await world.ask({ identity: operator() })).status).toBe(500);
    expect(world.complaints).toEqual([
      expect.stringMatching(/may not create subjectaccessreviews; .*system:auth-delegator/),
    ]);
    world.client.answer = answer;
    await world.ask({ identity: operator() });
    world.client.answer = forbidden;
    await world.clock.advance(300_000);
    await world.ask({ identity: operator() });
    expect(world.complaints).toHaveLength(2);
  });
});
