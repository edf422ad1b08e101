import { NotFound } from '@vk/node/provider';
import type { Clock, Logger } from '@vk/node/provider';
import { runtimeService, type CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { answerMilliseconds } from '../client/answer-time.ts';
import { within } from '../client/within.ts';
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
  { signal }: CallLimits,
): Promise<void> {
  const patience = { clock, milliseconds: answerMilliseconds, signal };
  const runs = await within(patience, (limits) => listing.containers({}, limits));
  for (const { id, ref, name, attempt, state } of runs) {
    if (state !== 'running') continue;
    const reopen = async (): Promise<void> => {
      const request = ReopenContainerLogRequest.fromPartial({ containerId: id });
      await within(patience, (limits) => client.runtime.call(runtimeService.reopenContainerLog, request, limits));
    };
    try {
      await rotateLog(paths.logFile(ref, name, attempt), { ...limits, now: new Date(clock.now()), reopen });
    } catch (error) {
      signal.throwIfAborted();
      if (!NotFound.isInstance(error))
        log.warn('A log could not be rotated', { pod: ref.name, container: name, error });
    }
  }
}
