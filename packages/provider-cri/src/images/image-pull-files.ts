import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImagePulledRecord, ImagePullRecords } from '@vk/node/pod-engine';
import type { Logger } from '@vk/node/provider';
import { z } from 'zod';
import { entriesIn } from '../host/entries-in.ts';
import { readFileIfThere } from '../host/read-file-if-there.ts';
import { writeWholeFile } from '../host/write-whole-file.ts';

const apiVersion = 'kubelet.config.k8s.io/v1beta1';

const secret = z.object({
  uid: z.string().default(''),
  namespace: z.string().default(''),
  name: z.string().default(''),
  credentialHash: z.string().min(1),
});

const pulledRecord = z.object({
  kind: z.literal('ImagePulledRecord'),
  imageRef: z.string(),
  lastUpdatedTime: z.iso.datetime(),
  credentialMapping: z
    .record(
      z.string(),
      z.object({
        nodePodsAccessible: z.boolean().default(false),
        kubernetesSecrets: z.array(secret).default([]),
      }),
    )
    .default({}),
});

const pullIntent = z.object({ kind: z.literal('ImagePullIntent'), image: z.string() });

/**
 * Records of image pulls as files of one directory, laid out and written as by the kubelet: `pulling` has one for each pull that
 * has not ended, `pulled` one for each image. Only this user reads them.
 */
export class ImagePullFiles implements ImagePullRecords {
  readonly #pulling: string;
  readonly #pulled: string;
  readonly #log: Logger;

  constructor(directory: string, log: Logger) {
    this.#pulling = join(directory, 'pulling');
    this.#pulled = join(directory, 'pulled');
    this.#log = log;
  }

  async pulling(): Promise<readonly string[]> {
    return (await this.#read(this.#pulling, (text) => pullIntent.parse(JSON.parse(text)))).map(({ image }) => image);
  }

  async beginPull(image: string): Promise<void> {
    await write(this.#pulling, image, { kind: 'ImagePullIntent', apiVersion, image });
  }

  async endPull(image: string): Promise<void> {
    await rm(join(this.#pulling, fileName(image)), { force: true });
  }

  async pulled(imageRef: string): Promise<ImagePulledRecord | undefined> {
    const text = await readFileIfThere(join(this.#pulled, fileName(imageRef)));
    return text === undefined ? undefined : readRecord(text);
  }

  allPulled(): Promise<readonly ImagePulledRecord[]> {
    return this.#read(this.#pulled, readRecord);
  }

  async putPulled(record: ImagePulledRecord): Promise<void> {
    await write(this.#pulled, record.imageRef, { kind: 'ImagePulledRecord', apiVersion, ...record });
  }

  async removePulled(imageRef: string): Promise<void> {
    await rm(join(this.#pulled, fileName(imageRef)), { force: true });
  }

  /** All of a directory that can be read. */
  async #read<T>(directory: string, parse: (text: string) => T): Promise<T[]> {
    const found: T[] = [];
    for (const { name } of await entriesIn(directory)) {
      if (!/^sha256-[0-9a-f]{64}$/u.test(name)) continue;
      const text = await readFileIfThere(join(directory, name));
      try {
        if (text !== undefined) found.push(parse(text));
      } catch (error) {
        this.#log.warn('A record of an image pull cannot be read', { path: join(directory, name), error });
      }
    }
    return found;
  }
}

async function write(directory: string, key: string, content: object): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeWholeFile(join(directory, fileName(key)), JSON.stringify(content), { flush: true });
}

function readRecord(text: string): ImagePulledRecord {
  const { imageRef, lastUpdatedTime, credentialMapping } = pulledRecord.parse(JSON.parse(text));
  return { imageRef, lastUpdatedTime, credentialMapping };
}

function fileName(key: string): string {
  return `sha256-${createHash('sha256').update(key).digest('hex')}`;
}
