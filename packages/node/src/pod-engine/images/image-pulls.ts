import type { ImageCheckResult } from '../../provider/image-check.ts';
import { silentLogger, type Logger } from '../../provider/logger.ts';
import type { ImageCredentials } from '../../provider/provider-context.ts';
import { nameWithoutTag } from '../../resources/image-name.ts';
import type { Clock } from '../../work/clock.ts';
import { Slots } from '../../work/slots.ts';
import type { ImageStatus, PulledImage } from '../runtime/image.ts';
import type { ImagePullCredentials, ImagePulledRecord, ImagePullRecords } from './image-pull-records.ts';
import { isVerified, type ImageVerification } from './image-verification.ts';
import { matchingSecret, pullSecretOf, withAccess } from './pull-access.ts';

export interface ImagePullsOptions {
  readonly records: ImagePullRecords;
  readonly clock: Clock;
  readonly log?: Logger;
  /** Defaults to `NeverVerifyPreloadedImages`: images that were not pulled for a pod are for all. */
  readonly verification?: ImageVerification;
}

export type FindImage = (image: string) => Promise<ImageStatus | undefined>;

/**
 * Remembers with which credentials the images of a runtime were pulled, and says which pods may use one that is there without
 * pulling it anew. For all pods on a runtime, of however many nodes: images are theirs together.
 *
 * Source: KEP-2535, and pkg/kubelet/images/pullmanager of Kubernetes 1.36.
 */
export class ImagePulls {
  readonly #records: ImagePullRecords;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #verification: ImageVerification;
  /** How many pulls of an image are under way. */
  readonly #pulling = new Map<string, number>();
  /** What is read of a record and written to it is done as one. */
  readonly #turns = new Slots(1);
  /** Pulls of a process before of which it is not known what became of them; undefined before anybody has asked. */
  #left: Set<string> | undefined;

  constructor({ records, clock, log = silentLogger, verification }: ImagePullsOptions) {
    this.#records = records;
    this.#clock = clock;
    this.#log = log;
    this.#verification = verification ?? { policy: 'NeverVerifyPreloadedImages' };
  }

  /**
   * Whether a pod may use an image that is there, and why. `credentials` are those of the pod, asked for when they matter. What they
   * throw is thrown; of records that cannot be read it is told by `error`.
   */
  async check(
    image: string,
    imageRef: string,
    credentials: () => Promise<readonly ImageCredentials[]>,
  ): Promise<ImageCheckResult> {
    if (this.#verification.policy === 'NeverVerify') return 'credentialPolicyAllowed';
    let record: ImagePulledRecord | undefined;
    try {
      record = await this.#records.pulled(imageRef);
      const pulledForPod = record !== undefined || (await this.#isPulling(image));
      if (!isVerified(image, pulledForPod, this.#verification)) return 'credentialPolicyAllowed';
    } catch (error) {
      this.#log.error('It cannot be told with which credentials an image was pulled', { image, error });
      return 'error';
    }
    const known = record?.credentialMapping[nameWithoutTag(image)];
    if (known?.nodePodsAccessible === true) return 'credentialRecordFound';
    const secrets = known?.kubernetesSecrets ?? [];
    if (secrets.length === 0) return 'mustAuthenticate';
    const match = matchingSecret(secrets, (await credentials()).map(pullSecretOf));
    if (match === undefined) return 'mustAuthenticate';
    const { secret, isNew } = match;
    if (isNew) await this.#inTurn(() => this.#write(image, imageRef, { kubernetesSecrets: [secret] }));
    return 'credentialRecordFound';
  }

  /**
   * Pulls an image, and remembers who may use it from then on. It is known to be pulled for a pod before it can be there, so that
   * a process that is killed leaves none that looks as if it had been there before. Throws what the pull throws, and when nothing
   * can be written before it.
   */
  async pull(
    image: string,
    credentials: readonly ImageCredentials[],
    perform: () => Promise<PulledImage>,
  ): Promise<ImageStatus> {
    await this.#inTurn(async () => {
      await this.#records.beginPull(image);
      this.#pulling.set(image, (this.#pulling.get(image) ?? 0) + 1);
    });
    let pulled: PulledImage;
    try {
      pulled = await perform();
    } catch (error) {
      await this.#inTurn(() => this.#endPull(image));
      throw error;
    }
    const { pulledWith, ...status } = pulled;
    await this.#inTurn(async () => {
      const isNoted = await this.#write(image, status.imageRef, accessOf(pulledWith, credentials));
      // What is not written down stays a pull that has not ended: it is not for pods that have not pulled it themselves.
      if (isNoted) await this.#endPull(image);
    });
    return status;
  }

  /**
   * What became of the pulls that a process before has not ended: an image that is there by now was pulled for a pod, nobody knows
   * with what. To be called before anything is asked of images. One that cannot be looked for now is looked for the next time.
   */
  async recover(find: FindImage, signal: AbortSignal): Promise<void> {
    if (this.#left?.size === 0) return;
    await this.#inTurn(async () => {
      this.#left ??= await this.#leftBefore();
      for (const image of this.#left) if (await this.#isSettled(image, find)) this.#left.delete(image);
    }, signal);
    signal.throwIfAborted();
  }

  /**
   * Forgets images that are gone. `imageRefs` are all that there are, listed after `since` (milliseconds since the epoch): what
   * was noted later is kept.
   */
  async prune(imageRefs: ReadonlySet<string>, since: number): Promise<void> {
    await this.#inTurn(async () => {
      for (const { imageRef, lastUpdatedTime } of await this.#records.allPulled())
        if (!imageRefs.has(imageRef) && Date.parse(lastUpdatedTime) < since) await this.#records.removePulled(imageRef);
    });
  }

  /** What is being noted is noted, whatever becomes of the pod that it was done for, unless a signal is given. */
  async #inTurn<T>(work: () => Promise<T>, signal: AbortSignal = never): Promise<T> {
    const release = await this.#turns.acquire(signal);
    try {
      return await work();
    } finally {
      release();
    }
  }

  async #isPulling(image: string): Promise<boolean> {
    return this.#pulling.has(image) || (await this.#records.pulling()).includes(image);
  }

  async #leftBefore(): Promise<Set<string>> {
    try {
      return new Set(await this.#records.pulling());
    } catch (error) {
      this.#log.error('Image pulls of a process before cannot be read', { error });
      return new Set();
    }
  }

  /** One that is not there stays noted: the runtime may be about to have it. */
  async #isSettled(image: string, find: FindImage): Promise<boolean> {
    try {
      const found = await find(image);
      if (found === undefined) return true;
      if (await this.#write(image, found.imageRef, undefined)) await this.#remove(image);
      return true;
    } catch (error) {
      this.#log.debug('An image whose pull has not ended cannot be looked for', { image, error });
      return false;
    }
  }

  /** False when it could not be written. */
  async #write(image: string, imageRef: string, access: ImagePullCredentials | undefined): Promise<boolean> {
    try {
      const known = await this.#readable(imageRef);
      const lastUpdatedTime = new Date(this.#clock.now()).toISOString();
      const before = known ?? { imageRef, lastUpdatedTime, credentialMapping: {} };
      const after = withAccess(before, nameWithoutTag(image), access);
      if (after !== known) await this.#records.putPulled({ ...after, lastUpdatedTime });
      return true;
    } catch (error) {
      this.#log.error('It cannot be noted with which credentials an image was pulled', { image, imageRef, error });
      return false;
    }
  }

  /** One that cannot be read is as good as none, and is replaced. */
  async #readable(imageRef: string): Promise<ImagePulledRecord | undefined> {
    try {
      return await this.#records.pulled(imageRef);
    } catch (error) {
      this.#log.warn('A record of an image pull cannot be read and is replaced', { imageRef, error });
      return undefined;
    }
  }

  async #endPull(image: string): Promise<void> {
    const others = (this.#pulling.get(image) ?? 1) - 1;
    if (others > 0) {
      this.#pulling.set(image, others);
      return;
    }
    this.#pulling.delete(image);
    if (this.#left?.has(image) !== true) await this.#remove(image);
  }

  async #remove(image: string): Promise<void> {
    try {
      await this.#records.endPull(image);
    } catch (error) {
      this.#log.warn('It cannot be noted that an image pull has ended', { image, error });
    }
  }
}

const never = new AbortController().signal;

/** A runtime that does not say with what it pulled an image may have used any of the credentials, so nobody else is let in by them. */
function accessOf(
  pulledWith: PulledImage['pulledWith'],
  credentials: readonly ImageCredentials[],
): ImagePullCredentials | undefined {
  if (pulledWith === 'none' || (pulledWith === undefined && credentials.length === 0))
    return { nodePodsAccessible: true };
  return pulledWith === undefined ? undefined : { kubernetesSecrets: [pullSecretOf(pulledWith)] };
}
