import type { Timer } from '../clock.ts';
import { StreamingError } from '../errors/streaming-error.ts';
import { IdleWatch } from './idle-watch.ts';
import type { StreamingSettings } from './streaming-options.ts';

export interface LifeSignsInit {
  readonly settings: StreamingSettings;
  /** Sends a ping. */
  readonly ping: () => void;
  /** Nothing was sent either way for `timeouts.idle`. */
  readonly onIdle: (reason: StreamingError) => void;
}

/** Notices a connection that is silent, and asks it for signs of life. */
export class LifeSigns {
  readonly #settings: StreamingSettings;
  readonly #ping: () => void;
  readonly #idle: IdleWatch;
  #pinger: Timer | undefined;
  #stopped = false;

  constructor(init: LifeSignsInit) {
    const { clock, timeouts } = init.settings;
    this.#settings = init.settings;
    this.#ping = init.ping;
    this.#idle = new IdleWatch(clock, timeouts.idle, () =>
      init.onIdle(new StreamingError('IdleTimeout', `nothing was sent for ${timeouts.idle} ms`)),
    );
    this.reading(true);
  }

  /** Something was sent, either way. */
  mark(): void {
    this.#idle.mark();
  }

  /** Whether the connection is read from: while it is not, only the answer to a ping, or its failure, tells of the peer. */
  reading(isRead: boolean): void {
    const { clock, timeouts } = this.#settings;
    this.#pinger?.cancel();
    const period = !isRead && timeouts.pausedPing > 0 ? timeouts.pausedPing : timeouts.ping;
    if (period > 0 && !this.#stopped) {
      this.#pinger = clock.setTimer(() => {
        this.#ping();
        this.reading(isRead);
      }, period);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#idle.stop();
    this.#pinger?.cancel();
  }
}
