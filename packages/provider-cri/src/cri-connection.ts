import { join } from 'node:path';
import { ImagePulls } from '@vk/node/pod-engine';
import type { Clock, Logger } from '@vk/node/provider';
import { createCriClient, type CriClient } from './client/cri-client.ts';
import { within } from './client/within.ts';
import type { CriConfig } from './config.ts';
import { EventHub } from './events/event-hub.ts';
import { repeat } from './host/repeat.ts';
import { ImageCollector } from './images/collect-images.ts';
import { CriImages } from './images/cri-images.ts';
import { ImagePullFiles } from './images/image-pull-files.ts';
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
  #imagePulls: ImagePulls | undefined;

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

  /** Which pods may use which images. One for the runtime, however many nodes there are. */
  imagePulls(clock: Clock, log: Logger): ImagePulls {
    const {
      root,
      imagePullCredentialsVerificationPolicy: policy,
      preloadedImagesVerificationAllowlist: allowlist,
    } = this.#config;
    this.#imagePulls ??= new ImagePulls({
      // No node has a name with an underscore: it cannot be the directory of one.
      records: new ImagePullFiles(join(root, 'image_manager'), log),
      clock,
      log,
      verification: { policy, allowlist },
    });
    return this.#imagePulls;
  }

  /** Removes unused images from time to time. Once for the runtime, however many nodes there are. */
  collectImages(clock: Clock, log: Logger): void {
    const { enabled, intervalSeconds, ...thresholds } = this.#config.imageGarbageCollection;
    if (!enabled) return;
    const { client, images } = this;
    const pulls = this.imagePulls(clock, log);
    const collector = new ImageCollector({ ...thresholds, client, images, pulls, clock, log });
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
