import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ManualClock, manualClock } from '../control-loop/testing/manual-clock.ts';
import { createInProcessCluster, type InProcessCluster } from './in-process-cluster.ts';
import { ask } from './testing/ask.ts';

const namespace = '/api/v1/namespaces/default';
const issuer = 'https://kubernetes.default.svc';

interface ReviewStatus {
  authenticated?: boolean;
  audiences?: string[];
  error?: string;
  user?: { username?: string; uid?: string; groups?: string[]; extra?: Record<string, string[]> };
}

let cluster: InProcessCluster;
let clock: ManualClock;

beforeEach(() => {
  clock = manualClock(Date.parse('2030-01-01T00:00:00Z'));
  cluster = createInProcessCluster({ clock, scheduler: false, nodeLifecycle: false });
});
afterEach(() => cluster.close());

async function requestToken(
  spec: object,
  account = 'default',
): Promise<{ token: string; expirationTimestamp: string }> {
  const answer = await ask(cluster, { path: `${namespace}/serviceaccounts/${account}/token`, body: { spec } });
  expect(answer.status, answer.body.message).toBe(201);
  return answer.body.status as { token: string; expirationTimestamp: string };
}

async function review(token: string, audiences?: string[]): Promise<ReviewStatus> {
  const body = { spec: { token, ...(audiences === undefined ? {} : { audiences }) } };
  return (await ask(cluster, { path: '/apis/authentication.k8s.io/v1/tokenreviews', body })).body
    .status as ReviewStatus;
}

function claims(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}

async function newPod(): Promise<{ apiVersion: 'v1'; kind: 'Pod'; name: string; uid: string | undefined }> {
  await ask(cluster, { path: '/api/v1/nodes', body: { metadata: { name: 'n' } } });
  const body = { metadata: { name: 'p' }, spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] } };
  const answer = await ask(cluster, { path: `${namespace}/pods`, body });
  return { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: answer.body.metadata?.uid };
}

describe('the token of a service account', () => {
  it('says whose it is, to whom, and for how long by the clock of the cluster', async () => {
    const { token, expirationTimestamp } = await requestToken({});
    expect(expirationTimestamp).toBe('2030-01-01T01:00:00Z');
    const now = Date.parse('2030-01-01T00:00:00Z') / 1000;
    expect(claims(token)).toMatchObject({
      aud: [issuer],
      iss: issuer,
      iat: now,
      nbf: now,
      exp: now + 3600,
      sub: 'system:serviceaccount:default:default',
      'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'default' } },
    });
    expect(await review(token)).toMatchObject({
      authenticated: true,
      audiences: [issuer],
      user: {
        username: 'system:serviceaccount:default:default',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
      },
    });
  });

  it('lets its owner in, as whom the roles decide', async () => {
    const { token } = await requestToken({});
    const path = `${namespace}/pods`;
    const answer = await ask(cluster, { path, headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(403);
    expect(answer.body.message).toContain('User "system:serviceaccount:default:default" cannot list');
  });

  it('is no good after its time', async () => {
    const { token } = await requestToken({ expirationSeconds: 600 });
    clock.advance(600_000);
    expect(await review(token)).toMatchObject({ authenticated: true });
    clock.advance(61_000);
    expect((await review(token)).authenticated).toBeUndefined();
    expect((await review(token)).error).toContain('service account token has expired');
  });

  it('is no good for an audience that it does not name', async () => {
    const { token } = await requestToken({ audiences: ['vault'] });
    expect(await review(token, ['vault', 'other'])).toMatchObject({ authenticated: true, audiences: ['vault'] });
    expect((await review(token)).error).toContain('is invalid for the target audiences');
  });

  it('that is bound to a pod names the pod and its node, and goes with the pod', async () => {
    const boundObjectRef = await newPod();
    const { token } = await requestToken({ boundObjectRef });
    expect(claims(token)['kubernetes.io']).toMatchObject({
      pod: { name: 'p', uid: boundObjectRef.uid },
      node: { name: 'n' },
    });
    expect((await review(token)).user?.extra).toMatchObject({
      'authentication.kubernetes.io/pod-name': ['p'],
      'authentication.kubernetes.io/node-name': ['n'],
    });
    await ask(cluster, { method: 'DELETE', path: `${namespace}/pods/p?gracePeriodSeconds=0` });
    expect(await review(token)).toEqual({
      error: '[invalid bearer token, service account token has been invalidated]',
      user: {},
    });
  });

  it('goes with its account, even if another takes the name', async () => {
    const path = `${namespace}/serviceaccounts`;
    await ask(cluster, { path, body: { metadata: { name: 'a' } } });
    const { token } = await requestToken({}, 'a');
    await ask(cluster, { method: 'DELETE', path: `${path}/a` });
    await ask(cluster, { path, body: { metadata: { name: 'a' } } });
    expect((await review(token)).error).toContain('does not match claim');
  });

  it('that a kubelet asks for a pod is good for a year, and late after its time', async () => {
    const boundObjectRef = await newPod();
    const { token, expirationTimestamp } = await requestToken({ boundObjectRef, expirationSeconds: 3607 });
    expect(expirationTimestamp).toBe('2030-01-01T01:00:07Z');
    const { iat, exp, 'kubernetes.io': own } = claims(token) as { iat: number; exp: number; 'kubernetes.io': object };
    expect(exp - iat).toBe(365 * 24 * 3600);
    expect(own).toMatchObject({ warnafter: iat + 3607 });
  });

  it('is not taken when it was changed', async () => {
    const { token } = await requestToken({});
    const [head, , signature] = token.split('.');
    const forged = Buffer.from(JSON.stringify({ ...claims(token), sub: 'system:serviceaccount:kube-system:x' }));
    expect((await review(`${head}.${forged.toString('base64url')}.${signature}`)).error).toBe('invalid bearer token');
  });
});

describe('a request for a token', () => {
  const path = `${namespace}/serviceaccounts/default/token`;

  it.each([
    [{ expirationSeconds: 599 }, 422, 'may not specify a duration less than 10 minutes'],
    [
      { boundObjectRef: { apiVersion: 'v1', kind: 'Service', name: 'x' } },
      400,
      'cannot bind token to object of type /v1, Kind=Service',
    ],
    [{ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'x' } }, 404, 'pods "x" not found'],
  ])('with %j is answered with %i', async (spec, status, message) => {
    const answer = await ask(cluster, { path, body: { spec } });
    expect(answer.status).toBe(status);
    expect(answer.body.message).toContain(message);
  });

  it('for an account that is not there is answered with 404', async () => {
    const answer = await ask(cluster, { path: `${namespace}/serviceaccounts/x/token`, body: { spec: {} } });
    expect(answer).toMatchObject({ status: 404, body: { message: 'serviceaccounts "x" not found' } });
  });
});
