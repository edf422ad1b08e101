import type { PreparedVolume, VolumeFile } from '../../../provider/prepared-volume.ts';

/** A file with text, by default readable by everybody. */
export function textFile(path: string, text: string, mode: number = 0o644): VolumeFile {
  return { path, mode, content: Buffer.from(text), secret: false };
}

/** A volume whose contents the test sets. */
export class ScriptedVolume implements PreparedVolume {
  readonly name: string;
  readonly kind: PreparedVolume['kind'];
  readonly subscribers: Set<(files: readonly VolumeFile[]) => void> = new Set();
  #files: readonly VolumeFile[];

  constructor(name: string, kind: PreparedVolume['kind'], files: readonly VolumeFile[]) {
    this.name = name;
    this.kind = kind;
    this.#files = files;
  }

  files(): readonly VolumeFile[] {
    return this.#files;
  }

  subscribe(onChange: (files: readonly VolumeFile[]) => void, signal: AbortSignal): void {
    this.subscribers.add(onChange);
    signal.addEventListener('abort', () => this.subscribers.delete(onChange), { once: true });
  }

  change(files: readonly VolumeFile[]): void {
    this.#files = files;
    for (const subscriber of this.subscribers) subscriber(files);
  }
}
