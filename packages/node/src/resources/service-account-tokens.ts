import type { KubeClient } from '../kube/client.ts';
import { createSubresource } from '../kube/create-object.ts';
import { serviceAccounts } from '../kube/resource.ts';
import type { PodRef } from '../provider/pod-ref.ts';
import type { ServiceAccountToken } from '../provider/provider-context.ts';
import type { Clock } from '../work/clock.ts';

/** Which token is wanted. */
export interface TokenWish {
  readonly ref: PodRef;
  readonly serviceAccountName: string;
  /** Absent: the API server's own audience. */
  readonly audience?: string;
  readonly expirationSeconds: number;
}

/** A token, and when it is time for the next. */
export interface HeldToken extends ServiceAccountToken {
  /** Milliseconds since the epoch. */
  readonly renewAt: number;
}

interface TokenRequestAnswer {
  readonly status?: { readonly token?: string; readonly expirationTimestamp?: string };
}

/** As in the kubelet: a token is renewed when 80 % of its life are over, and at the latest after a day. */
const lifeFraction = 0.8;
const longestUseMilliseconds = 24 * 3_600_000;

/**
 * Service account tokens bound to a pod, by the TokenRequest API. One is asked for at a time for each pod and audience, and
 * given to all who want it until it is time to renew it.
 */
export class ServiceAccountTokens {
  readonly #client: KubeClient;
  readonly #clock: Clock;
  readonly #pods = new Map<string, Map<string, HeldToken>>();
  readonly #asking = new Map<string, Promise<HeldToken>>();

  constructor(options: { readonly client: KubeClient; readonly clock: Clock }) {
    this.#client = options.client;
    this.#clock = options.clock;
  }

  /**
   * A token with at least a fifth of its life before it, or one that is still good when a new one cannot be had.
   *
   * @throws KubeError when the API server refuses; `KubeConnectionError` when it cannot be reached.
   */
  async token(wish: TokenWish, signal: AbortSignal): Promise<HeldToken> {
    const key = JSON.stringify([wish.serviceAccountName, wish.audience, wish.expirationSeconds]);
    const held = this.#pods.get(wish.ref.uid)?.get(key);
    const now = this.#clock.now();
    if (held !== undefined && now < held.renewAt) return held;
    try {
      return await orAborted(this.#askOnce(wish, key), signal);
    } catch (error) {
      signal.throwIfAborted();
      if (held !== undefined && now < Date.parse(held.expirationTimestamp)) return held;
      throw error;
    }
  }

  /** The pod is gone: forgets its tokens. */
  forget(uid: string): void {
    this.#pods.delete(uid);
  }

  /** One request for all who wait, which therefore none of them can abort; the client ends it after its own time limit. */
  #askOnce(wish: TokenWish, key: string): Promise<HeldToken> {
    const asking = `${wish.ref.uid} ${key}`;
    const known = this.#asking.get(asking);
    if (known !== undefined) return known;
    const answer = this.#ask(wish, key, new AbortController().signal).finally(() => this.#asking.delete(asking));
    this.#asking.set(asking, answer);
    return answer;
  }

  async #ask(wish: TokenWish, key: string, signal: AbortSignal): Promise<HeldToken> {
    const { ref, serviceAccountName, audience, expirationSeconds } = wish;
    const asked = this.#clock.now();
    const answer = await createSubresource<TokenRequestAnswer>(
      this.#client,
      serviceAccounts,
      { namespace: ref.namespace, name: serviceAccountName, subresource: 'token' },
      tokenRequest(ref, audience, expirationSeconds),
      signal,
    );
    const { token, expirationTimestamp } = answer.status ?? {};
    const expires = Date.parse(expirationTimestamp ?? '');
    if (token === undefined || expirationTimestamp === undefined || Number.isNaN(expires))
      throw new TypeError(`the API server gave no token for service account "${ref.namespace}/${serviceAccountName}"`);
    const renewAt = asked + Math.min((expires - asked) * lifeFraction, longestUseMilliseconds);
    const held = { token, expirationTimestamp, renewAt };
    this.#remember(ref.uid, key, held);
    return held;
  }

  #remember(uid: string, key: string, held: HeldToken): void {
    const now = this.#clock.now();
    const tokens = this.#pods.get(uid) ?? new Map<string, HeldToken>();
    for (const [other, { expirationTimestamp }] of tokens)
      if (Date.parse(expirationTimestamp) <= now) tokens.delete(other);
    tokens.set(key, held);
    this.#pods.set(uid, tokens);
  }
}

function tokenRequest(ref: PodRef, audience: string | undefined, expirationSeconds: number): object {
  return {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {
      ...(audience !== undefined && { audiences: [audience] }),
      expirationSeconds,
      boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: ref.name, uid: ref.uid },
    },
  };
}

/** The promise, or `signal.reason` when the signal is aborted first. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
