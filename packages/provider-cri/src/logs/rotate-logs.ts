import { NotFound } from '@vk/node/provider';
import type { Clock, Logger } from '@vk/node/provider';
import { runtimeService, type CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { ReopenContainerLogRequest } from '../generated/api.ts';
import type { HostPaths } from '../host/host-paths.ts';
import type { RuntimeListing } from '../runtime/runtime-listing.ts';
import { rotateLog, type RotationLimits } from './rotate-log.ts';

export interface LogRotationOptions {
  readonly client: CriClient;
  readonly listing: RuntimeListing;
  readonly paths: HostPaths;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: RotationLimits;
}

/** Looks at the logs of all running containers once. */
export async function rotateLogs(
  { client, listing, paths, clock, log, limits }: LogRotationOptions,
  call: CallLimits,
): Promise<void> {
  for (const { id, ref, name, attempt, state } of await listing.containers({}, call)) {
    if (state !== 'running') continue;
    const reopen = async (): Promise<void> => {
      const request = ReopenContainerLogRequest.fromPartial({ containerId: id });
      await client.runtime.call(runtimeService.reopenContainerLog, request, call);
    };
    try {
      await rotateLog(paths.logFile(ref, name, attempt), { ...limits, now: new Date(clock.now()), reopen });
    } catch (error) {
      call.signal.throwIfAborted();
      if (!NotFound.isInstance(error))
        log.warn('A log could not be rotated', { pod: ref.name, container: name, error });
    }
  }
}
