import { ExecTimeoutError } from '@vk/node/pod-engine';
import type { ExecSyncResult } from '@vk/node/pod-engine';
import type { CallContext, Clock } from '@vk/node/provider';
import { runtimeService, type CriClient } from '../client/cri-client.ts';
import { CriError } from '../client/cri-error.ts';
import { ExecSyncRequest } from '../generated/api.ts';

/** The runtime ends the command in time; this much later its answer is no longer waited for. */
const graceMilliseconds = 2_000;

/**
 * Runs a command to its end.
 *
 * @throws ExecTimeoutError when it took longer than it was given.
 */
export async function execSync(
  { client, clock }: { readonly client: CriClient; readonly clock: Clock },
  containerId: string,
  command: readonly string[],
  { timeoutMilliseconds }: { readonly timeoutMilliseconds?: number },
  call: CallContext,
): Promise<ExecSyncResult> {
  const timeout = timeoutMilliseconds === undefined ? 0n : BigInt(Math.max(1, Math.ceil(timeoutMilliseconds / 1000)));
  const request = ExecSyncRequest.fromPartial({ containerId, cmd: [...command], timeout });
  const late = new AbortController();
  const timer =
    timeoutMilliseconds === undefined
      ? undefined
      : clock.setTimer(() => late.abort(), timeoutMilliseconds + graceMilliseconds);
  const signal = AbortSignal.any([call.signal, late.signal]);
  try {
    const { exitCode, stdout, stderr } = await client.runtime.call(runtimeService.execSync, request, { signal });
    return { exitCode, stdout, stderr };
  } catch (error) {
    if (timeoutMilliseconds !== undefined && !call.signal.aborted && isTimeout(error, late.signal)) {
      throw new ExecTimeoutError(timeoutMilliseconds, { cause: error });
    }
    throw error;
  } finally {
    timer?.cancel();
  }
}

function isTimeout(error: unknown, late: AbortSignal): boolean {
  if (late.aborted) return true;
  if (!(error instanceof CriError)) return false;
  return error.grpcStatus === 'DEADLINE_EXCEEDED' || /timeout .* exceeded|timed out/iu.test(error.message);
}
