import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { refusal, ScriptedKubeClient } from '../testing/scripted-kube-client.ts';
import { ServiceAccountTokens, type TokenWish } from './service-account-tokens.ts';

const never = new AbortController().signal;
const wish: TokenWish = {
  ref: { namespace: 'shop', name: 'web-0', uid: 'u-1' },
  serviceAccountName: 'runner',
  audience: 'vault',
  expirationSeconds: 1_000,
};

describe('service account tokens', () => {
  let clock: FakeClock;
  let client: ScriptedKubeClient;
  let tokens: ServiceAccountTokens;
  let lifeSeconds: number;

  beforeEach(() => {
    clock = new FakeClock();
    client = new ScriptedKubeClient();
    lifeSeconds = 1_000;
    client.answer = () => ({
      status: {
        token: `token-${client.requests.length}`,
        expirationTimestamp: new Date(clock.now() + lifeSeconds * 1_000).toISOString(),
      },
    });
    tokens = new ServiceAccountTokens({ client, clock });
  });

  const tokenOf = async (change: Partial<TokenWish> = {}): Promise<string> =>
    (await tokens.token({ ...wish, ...change }, never)).token;

  it('are asked for with the audience and bound to the pod by name and uid', async () => {
    await tokenOf();
    expect(client.lines).toEqual(['POST /api/v1/namespaces/shop/serviceaccounts/runner/token']);
    expect(client.requests[0]?.body).toEqual({
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        audiences: ['vault'],
        expirationSeconds: 1_000,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'web-0', uid: 'u-1' },
      },
    });
  });

  it('without an audience are for the API server', async () => {
    const { audience: _audience, ...rest } = wish;
    await tokens.token(rest, never);
    expect(client.requests[0]?.body).toMatchObject({
      spec: expect.not.objectContaining({ audiences: expect.anything() }),
    });
  });

  it('are kept until 80 % of their life are over', async () => {
    expect(await tokenOf()).toBe('token-1');
    await clock.advance(799_999);
    expect(await tokenOf()).toBe('token-1');
    await clock.advance(1);
    expect(await tokenOf()).toBe('token-2');
  });

  it('are renewed after a day at the latest', async () => {
    lifeSeconds = 10 * 86_400;
    await tokenOf();
    await clock.advance(86_400_000 - 1);
    expect(await tokenOf()).toBe('token-1');
    await clock.advance(1);
    expect(await tokenOf()).toBe('token-2');
  });

  it('differ by pod, audience and life', async () => {
    const all = [
      await tokenOf(),
      await tokenOf({ audience: 'other' }),
      await tokenOf({ expirationSeconds: 2_000 }),
      await tokenOf({ ref: { ...wish.ref, uid: 'u-2' } }),
    ];
    expect(new Set(all).size).toBe(4);
    expect(await tokenOf()).toBe('token-1');
  });

  it('are asked for once by many at the same time', async () => {
    expect(await Promise.all([tokenOf(), tokenOf(), tokenOf()])).toEqual(['token-1', 'token-1', 'token-1']);
    expect(client.requests).toHaveLength(1);
  });

  it('come to the others when one who waits goes away', async () => {
    let release: (value: unknown) => void = () => undefined;
    client.answer = () => new Promise((resolve) => (release = resolve));
    const controller = new AbortController();
    const first = tokens.token(wish, controller.signal);
    const second = tokens.token(wish, never);
    controller.abort(new Error('deleted'));
    await expect(first).rejects.toThrow('deleted');
    release({ status: { token: 'token-1', expirationTimestamp: new Date(clock.now() + 1_000_000).toISOString() } });
    expect((await second).token).toBe('token-1');
  });

  it('stay good when a new one cannot be had, to the end of their life', async () => {
    await tokenOf();
    await clock.advance(900_000);
    const refused = refusal(500, 'InternalError');
    client.answer = () => {
      throw refused;
    };
    expect(await tokenOf()).toBe('token-1');
    await clock.advance(100_000);
    await expect(tokenOf()).rejects.toBe(refused);
  });

  it('are forgotten with their pod', async () => {
    await tokenOf();
    tokens.forget('u-1');
    expect(await tokenOf()).toBe('token-2');
  });

  it('that are none are an error', async () => {
    client.answer = () => ({ status: {} });
    await expect(tokenOf()).rejects.toThrow('gave no token for service account "shop/runner"');
  });
});
