import { podRefOf } from '../provider/pod-ref.ts';
import type { Pod, Volume } from '../provider/wire.ts';
import type { HeldToken, ServiceAccountTokens, TokenWish } from '../resources/service-account-tokens.ts';

/** An hour: the API's default. */
const defaultExpirationSeconds = 3_600;

/** The service account tokens of one projected volume, by the place of their source in the list. */
export class VolumeTokens {
  readonly #tokens: Pick<ServiceAccountTokens, 'token'>;
  readonly #wishes: ReadonlyMap<number, TokenWish>;
  readonly #held = new Map<number, HeldToken>();
  readonly #errors = new Map<number, unknown>();

  constructor(pod: Pod, volume: Volume, tokens: Pick<ServiceAccountTokens, 'token'>) {
    this.#tokens = tokens;
    this.#wishes = new Map(
      (volume.projected?.sources ?? []).flatMap(({ serviceAccountToken }, index): [number, TokenWish][] => {
        if (serviceAccountToken === undefined) return [];
        const { audience = '', expirationSeconds = defaultExpirationSeconds } = serviceAccountToken;
        const serviceAccountName = pod.spec?.serviceAccountName ?? 'default';
        const wish = { ref: podRefOf(pod), serviceAccountName, expirationSeconds };
        return [[index, audience === '' ? wish : { ...wish, audience }]];
      }),
    );
  }

  /** When the first of the tokens is to be renewed, milliseconds since the epoch; undefined when there are none. */
  get renewAt(): number | undefined {
    const times = [...this.#held.values()].map(({ renewAt }) => renewAt);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  /** True when a token was wanted and could not be had, or not renewed. */
  get isLacking(): boolean {
    return this.#errors.size > 0;
  }

  /** Fetches what is missing or due. A token that cannot be renewed stays; rejects only when the signal is aborted. */
  async fetch(signal: AbortSignal): Promise<void> {
    await Promise.all(
      [...this.#wishes].map(async ([index, wish]) => {
        try {
          this.#held.set(index, await this.#tokens.token(wish, signal));
          this.#errors.delete(index);
        } catch (error) {
          signal.throwIfAborted();
          this.#errors.set(index, error);
        }
      }),
    );
  }

  /** The token of a source, or why there is none. */
  at(index: number): { readonly token: string } | { readonly error: string } {
    const held = this.#held.get(index);
    if (held !== undefined) return held;
    const error = this.#errors.get(index);
    if (error === undefined) return { error: 'it was not asked for yet' };
    return { error: error instanceof Error ? error.message : 'unknown error' };
  }
}
