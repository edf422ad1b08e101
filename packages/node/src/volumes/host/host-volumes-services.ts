import type { Logger } from '../../provider/logger.ts';
import type { Clock } from '../../work/clock.ts';
import type { HostFiles } from './host-files.ts';
import type { Mounter } from './mounter.ts';

/** What the work on the volumes of every pod shares. */
export interface HostVolumesServices {
  readonly files: HostFiles;
  readonly mounter: Mounter | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** The root without symbolic links, as it stands in the table of mounts. */
  readonly root: string;
  /** Readies the place for the Secrets and tokens of pods; in memory where that can be. */
  ensureMemory(): Promise<void>;
}
