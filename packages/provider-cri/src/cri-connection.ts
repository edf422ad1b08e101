import type { Clock, Logger } from '@vk/node/provider';
import { createCriClient, type CriClient } from './client/cri-client.ts';
import { within } from './client/within.ts';
import type { CriConfig } from './config.ts';
import { EventHub } from './events/event-hub.ts';
import { repeat } from './host/repeat.ts';
import { ImageCollector } from './images/collect-images.ts';
import { CriImages } from './images/cri-images.ts';
import { RuntimeHealth } from './runtime/runtime-health.ts';

const collectTimeoutMilliseconds = 120_000;

/** What all nodes on one runtime share. */
export class CriConnection {
  readonly client: CriClient;
  readonly images: CriImages;
  readonly health: RuntimeHealth;
  readonly events: EventHub;
  /** What burstable pods ask for of the CPU, in thousandths, by UID: their class has one cgroup, whichever node they are on. */
  readonly burstableRequests: Map<string, bigint> = new Map();
  readonly #config: CriConfig;
  readonly #life = new AbortController();
  #collecting: Promise<void> | undefined;

  constructor(config: CriConfig, log: Logger) {
    this.#config = config;
    this.client = createCriClient(config);
    this.health = new RuntimeHealth(this.client);
    this.events = new EventHub(this.client);
    this.images = new CriImages({
      client: this.client,
      log,
      dockerConfigFile: config.imageCredentialsFile,
    });
  }

  /** Removes unused images from time to time. Once for the runtime, however many nodes there are. */
  collectImages(clock: Clock, log: Logger): void {
    const { enabled, intervalSeconds, ...thresholds } = this.#config.imageGarbageCollection;
    if (!enabled) return;
    const collector = new ImageCollector({ ...thresholds, client: this.client, images: this.images, clock, log });
    const { signal } = this.#life;
    const what = 'Removing unused images';
    this.#collecting ??= repeat({ what, clock, log, milliseconds: intervalSeconds * 1000, signal }, () =>
      within({ clock, milliseconds: collectTimeoutMilliseconds, signal }, (limits) => collector.collect(limits)),
    );
  }

  async close(): Promise<void> {
    this.#life.abort(new Error('the connection to the runtime is closed'));
    await this.#collecting;
    this.client.close();
  }
}
