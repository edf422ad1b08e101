/**
 * What a pod's volumes contain, as files of this host: for providers that run containers on the machine they run on. Start
 * with {@link createHostVolumes}.
 */
export { createHostVolumes } from './host/create-host-volumes.ts';
export { FailedMountError } from './host/failed-mount-error.ts';
export type { HostMount, HostMountPropagation } from './host/host-mount.ts';
export type { HostVolumesOptions } from './host/host-volumes-options.ts';
export type { HostVolumes, VolumeDirectory, VolumeSurroundings } from './host/host-volumes.ts';
export type { Mounter } from './host/mounter.ts';
export { subPathOf } from './host/sub-path-of.ts';
export { systemMounter } from './host/system-mounter.ts';
