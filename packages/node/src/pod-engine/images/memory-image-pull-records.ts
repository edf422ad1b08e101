import type { ImagePulledRecord, ImagePullRecords } from './image-pull-records.ts';

/** Records that last as long as the process: for images that do not last longer, and for a runtime whose provider keeps none. */
export class MemoryImagePullRecords implements ImagePullRecords {
  readonly #pulling = new Set<string>();
  readonly #pulled = new Map<string, ImagePulledRecord>();

  pulling(): Promise<readonly string[]> {
    return Promise.resolve([...this.#pulling]);
  }

  async beginPull(image: string): Promise<void> {
    this.#pulling.add(image);
    await Promise.resolve();
  }

  async endPull(image: string): Promise<void> {
    this.#pulling.delete(image);
    await Promise.resolve();
  }

  pulled(imageRef: string): Promise<ImagePulledRecord | undefined> {
    return Promise.resolve(this.#pulled.get(imageRef));
  }

  allPulled(): Promise<readonly ImagePulledRecord[]> {
    return Promise.resolve([...this.#pulled.values()]);
  }

  async putPulled(record: ImagePulledRecord): Promise<void> {
    this.#pulled.set(record.imageRef, record);
    await Promise.resolve();
  }

  async removePulled(imageRef: string): Promise<void> {
    this.#pulled.delete(imageRef);
    await Promise.resolve();
  }
}
