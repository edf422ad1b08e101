import type { Logger } from '../provider/logger.ts';
import type { PreparedVolume, VolumeFile } from '../provider/prepared-volume.ts';
import type { Volume } from '../provider/wire.ts';
import type { PodResourceHandle } from '../resources/pod-resource-handle.ts';
import type { Clock, Timer } from '../work/clock.ts';
import type { DownwardNode } from './downward-files.ts';
import { volumeContents } from './volume-contents.ts';
import { isSameFiles } from './volume-files.ts';
import type { VolumeTokens } from './volume-tokens.ts';

/** What a {@link LiveVolume} is made of. */
export interface LiveVolumeOptions {
  readonly volume: Volume;
  readonly kind: PreparedVolume['kind'];
  readonly handle: PodResourceHandle;
  readonly tokens: VolumeTokens;
  readonly node: DownwardNode;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How long after a token could not be renewed it is tried again. */
const renewalRetryMilliseconds = 30_000;

interface Subscriber {
  readonly onChange: (files: readonly VolumeFile[]) => void;
  last: readonly VolumeFile[];
}

/** A volume that follows its sources. While nobody subscribes it costs nothing: files are made when asked for. */
export class LiveVolume implements PreparedVolume {
  readonly name: string;
  readonly kind: PreparedVolume['kind'];
  readonly #options: LiveVolumeOptions;
  readonly #subscribers = new Set<Subscriber>();
  #files: readonly VolumeFile[] = [];
  #errors: readonly string[] = [];
  #following: AbortController | undefined;
  #renewal: Timer | undefined;

  constructor(options: LiveVolumeOptions) {
    this.name = options.volume.name;
    this.kind = options.kind;
    this.#options = options;
    this.#refresh();
  }

  /** What stands in the way of the contents now; empty when nothing does. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  files(): readonly VolumeFile[] {
    this.#refresh();
    return this.#files;
  }

  subscribe(onChange: (files: readonly VolumeFile[]) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    // What was given last is what the subscriber has; if it has changed since, the subscriber hears of it at once.
    const subscriber: Subscriber = { onChange, last: this.#files };
    this.#subscribers.add(subscriber);
    signal.addEventListener(
      'abort',
      () => {
        this.#subscribers.delete(subscriber);
        if (this.#subscribers.size === 0) this.#stopFollowing();
      },
      { once: true },
    );
    if (this.#following === undefined) this.#follow();
    queueMicrotask(() => this.#tell());
  }

  /** Makes the files anew. While a source is missing the files stay as they were. */
  #refresh(): void {
    const { volume, handle, tokens, node } = this.#options;
    const result = volumeContents(volume, {
      pod: handle.pod,
      node,
      configMap: (name) => handle.configMap(name),
      secret: (name) => handle.secret(name),
      token: (index) => tokens.at(index),
    });
    this.#errors = 'errors' in result ? result.errors : [];
    if ('files' in result && !isSameFiles(this.#files, result.files)) this.#files = result.files;
  }

  #tell(): void {
    this.#refresh();
    for (const subscriber of this.#subscribers) {
      if (isSameFiles(subscriber.last, this.#files)) continue;
      subscriber.last = this.#files;
      try {
        subscriber.onChange(this.#files);
      } catch (error) {
        this.#options.log.error('a subscriber of a volume threw', { volume: this.name, error });
      }
    }
  }

  #follow(): void {
    this.#following = new AbortController();
    const { signal } = this.#following;
    this.#options.handle.subscribe(() => this.#tell(), signal);
    this.#scheduleRenewal(signal);
  }

  #stopFollowing(): void {
    this.#following?.abort();
    this.#following = undefined;
    this.#renewal?.cancel();
  }

  #scheduleRenewal(signal: AbortSignal): void {
    const { clock, tokens } = this.#options;
    const { renewAt } = tokens;
    if (renewAt === undefined) return;
    const due = renewAt - clock.now();
    const delay = due > 0 && !tokens.isLacking ? due : renewalRetryMilliseconds;
    this.#renewal = clock.setTimer(() => void this.#renew(signal), delay);
  }

  async #renew(signal: AbortSignal): Promise<void> {
    try {
      await this.#options.tokens.fetch(signal);
    } catch {
      return; // Aborted: nobody subscribes any more.
    }
    this.#tell();
    this.#scheduleRenewal(signal);
  }
}
