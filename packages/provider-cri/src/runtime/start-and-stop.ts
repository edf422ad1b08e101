import { NotFound } from '@vk/node/provider';
import type { CallContext } from '@vk/node/provider';
import { runtimeService } from '../client/cri-client.ts';
import { CriError } from '../client/cri-error.ts';
import {
  ContainerState,
  ContainerStatusRequest,
  StartContainerRequest,
  StopContainerRequest,
} from '../generated/api.ts';
import type { CriServices } from './cri-services.ts';

/** Starts a container. One that runs, or has run, is not started again. */
export async function startContainer({ client }: CriServices, containerId: string, call: CallContext): Promise<void> {
  try {
    await client.runtime.call(runtimeService.startContainer, StartContainerRequest.fromPartial({ containerId }), call);
  } catch (error) {
    if (!(error instanceof CriError)) throw error;
    const request = ContainerStatusRequest.fromPartial({ containerId });
    const { status } = await client.runtime.call(runtimeService.containerStatus, request, call);
    const hasRun =
      status !== undefined &&
      status.startedAt > 0n &&
      (status.state === ContainerState.CONTAINER_RUNNING || status.state === ContainerState.CONTAINER_EXITED);
    if (!hasRun) throw error;
  }
}

/** Stops a container; one that is not there has stopped. */
export async function stopContainer(
  { client }: CriServices,
  containerId: string,
  timeoutSeconds: number,
  call: CallContext,
): Promise<void> {
  const request = StopContainerRequest.fromPartial({
    containerId,
    timeout: BigInt(Math.max(0, Math.ceil(timeoutSeconds))),
  });
  try {
    await client.runtime.call(runtimeService.stopContainer, request, call);
  } catch (error) {
    if (!NotFound.isInstance(error)) throw error;
  }
}
