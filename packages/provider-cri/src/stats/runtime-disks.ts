import type { Clock, FileSystemStats, NodeStats } from '@vk/node/provider';
import { imageService, type CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { ImageFsInfoRequest } from '../generated/api.ts';
import type { FilesystemUsage } from '../generated/api.ts';
import { fileSystemStats } from '../host/file-system-stats.ts';
import { writableStats } from './figures.ts';

/** Where the runtime keeps images and what containers write. One file system for both has the same figures twice, as with a kubelet. */
export async function runtimeDisks(
  { images }: CriClient,
  clock: Clock,
  limits: CallLimits,
): Promise<NonNullable<NodeStats['runtime']>> {
  const info = await images.call(imageService.imageFsInfo, ImageFsInfoRequest.fromPartial({}), limits);
  const imageFs = await diskOf(info.imageFilesystems[0], clock);
  const containerFs = (await diskOf(info.containerFilesystems[0], clock)) ?? imageFs;
  return { ...(imageFs !== undefined && { imageFs }), ...(containerFs !== undefined && { containerFs }) };
}

async function diskOf(usage: FilesystemUsage | undefined, clock: Clock): Promise<FileSystemStats | undefined> {
  const place = usage?.fsId?.mountpoint;
  const disk = place === undefined ? undefined : await fileSystemStats(place, clock);
  return usage === undefined || disk === undefined ? undefined : { ...writableStats(usage, disk), time: disk.time };
}
