import type { DeferredText } from './environment.ts';

/** One file of a volume. */
export interface VolumeFile {
  /** Relative to the volume's root, `/`-separated, without `..`. */
  readonly path: string;
  /** Permission bits, for example 0o644. */
  readonly mode: number;
  /** The contents, or text that waits for a field which only the backend learns. */
  readonly content: Uint8Array | DeferredText;
  /** True when the contents came from a Secret or are a token: use the backend's secure field where it has one. */
  readonly secret: boolean;
}

/** The contents of one configMap, secret, downwardAPI or projected volume, in no host's terms. */
export interface PreparedVolume {
  /** The name in `spec.volumes`. */
  readonly name: string;
  readonly kind: 'configMap' | 'secret' | 'downwardAPI' | 'projected';
  /** The files as they are now. A provider that delivers once reads this and is done. */
  files(): readonly VolumeFile[];
  /**
   * Calls `onChange` with the complete new list of files whenever it differs from the last, until `signal` is aborted.
   * A source that goes away leaves the files as they were (a running pod never breaks because a ConfigMap went away).
   */
  subscribe(onChange: (files: readonly VolumeFile[]) => void, signal: AbortSignal): void;
}
