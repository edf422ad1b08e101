import type { Logger } from '../../provider/logger.ts';
import type { Clock } from '../../work/clock.ts';
import type { Mounter } from './mounter.ts';

/** What host volumes are made with: `createHostVolumes(options)` gives them. */
export interface HostVolumesOptions {
  /** An absolute path of this node alone, for example `/var/lib/virtual-kubelet/NODE`. Made when it is not there. */
  readonly root: string;
  readonly clock: Clock;
  readonly log: Logger;
  /**
   * Makes mounts. `systemMounter` calls mount(8) and umount(8), for which the process has to be root. Absent: no mounts; then
   * volumes in memory are refused, and so are sub paths of volumes that containers can write to; Secrets and tokens lie on
   * the disk under `root`.
   */
  readonly mounter?: Mounter;
}
