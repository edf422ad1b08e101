import type { PodSandboxConfig, RuntimeSandbox } from '@vk/node/pod-engine';
import { formatFieldErrors, InvalidInput } from '@vk/node/provider';
import type { CallContext } from '@vk/node/provider';
import { runtimeService } from '../client/cri-client.ts';
import { CriError } from '../client/cri-error.ts';
import { isTaken } from '../client/is-taken.ts';
import { RunPodSandboxRequest } from '../generated/api.ts';
import { placedContainers } from '../mapping/pod-containers.ts';
import { sandboxConfig } from '../mapping/sandbox-config.ts';
import { refusalsOf } from '../refusal/field-table.ts';
import { allEnded } from './all-ended.ts';
import type { CriServices } from './cri-services.ts';
import { namedCall } from './named-call.ts';
import type { PodCgroups } from './pod-cgroups.ts';
import { runtimeHandler } from './runtime-handler.ts';

/**
 * Starts a sandbox, or finds the one that an attempt before, of which the answer was lost, has started. What depends on a runtime
 * that had not answered yet when the pod came is decided now.
 *
 * @throws InvalidInput for what cannot be honoured.
 */
export async function runPodSandbox(
  services: CriServices,
  cgroups: PodCgroups,
  config: PodSandboxConfig,
  call: CallContext,
): Promise<RuntimeSandbox> {
  const { client, files, paths, resourceSettings } = services;
  const { pod } = config.prepared;
  await askFeatures(services, call);
  const cgroup = await services.cgroup.settings(call);
  const handler = await runtimeHandler(services, pod, call.signal);
  const [refused, ...others] = refusalsOf(pod, { ...services.refusalContext(), runtimeHandler: handler });
  if (refused !== undefined) {
    throw new InvalidInput(refused.field, [refused.message, formatFieldErrors(others)].filter(Boolean).join('; '));
  }
  const request = RunPodSandboxRequest.fromPartial({
    config: sandboxConfig(config, {
      cgroup,
      logDirectory: paths.logDirectory(config.ref),
      cpuCfsQuota: resourceSettings.cpuCfsQuota,
    }),
    runtimeHandler: handler,
  });
  let id: string;
  try {
    [{ podSandboxId: id }] = await allEnded([
      namedCall(services, config.ref.uid, call, (limits) =>
        client.runtime.call(runtimeService.runPodSandbox, request, limits),
      ),
      files.makeAhead(
        config.ref,
        placedContainers(pod).map(({ container }) => container.name),
      ),
    ]);
  } catch (error) {
    if (!(error instanceof CriError) || !isTaken(error)) throw error;
    const known = await find(services, config, call);
    if (known === undefined) throw error;
    ({ id } = known);
  }
  const [, sandbox] = await allEnded([cgroups.limit(pod), services.listing.sandbox(id, call)]);
  if (sandbox === undefined) throw new CriError('UNKNOWN', 'the sandbox was gone as soon as it was there');
  return sandbox;
}

/** A runtime that is not ready for all pods says what it can do all the same, and may start those in the host's network. */
async function askFeatures({ health }: CriServices, call: CallContext): Promise<void> {
  if (health.features !== undefined) return;
  try {
    await health.check(call);
  } catch (error) {
    if (health.features === undefined) throw error;
  }
}

async function find(
  { listing }: CriServices,
  { ref, attempt }: PodSandboxConfig,
  call: CallContext,
): Promise<RuntimeSandbox | undefined> {
  const sandboxes = await listing.sandboxes({ podUid: ref.uid }, call);
  return sandboxes.find((sandbox) => sandbox.attempt === attempt);
}
