import type { PodSandboxConfig, RuntimeSandbox } from '@vk/node/pod-engine';
import type { CallContext, Pod } from '@vk/node/provider';
import { runtimeService } from '../client/cri-client.ts';
import { CriError } from '../client/cri-error.ts';
import { RunPodSandboxRequest } from '../generated/api.ts';
import { sandboxConfig } from '../mapping/sandbox-config.ts';
import type { CriServices } from './cri-services.ts';
import type { PodCgroups } from './pod-cgroups.ts';

/** Starts a sandbox, or finds the one that an attempt before, of which the answer was lost, has started. */
export async function runPodSandbox(
  services: CriServices,
  cgroups: PodCgroups,
  config: PodSandboxConfig,
  call: CallContext,
): Promise<RuntimeSandbox> {
  const { client, paths, cgroup } = services;
  const request = RunPodSandboxRequest.fromPartial({
    config: sandboxConfig(config, { cgroup, logDirectory: paths.logDirectory(config.ref) }),
    runtimeHandler: await runtimeHandler(services, config.prepared.pod, call.signal),
  });
  let id: string;
  try {
    id = (await client.runtime.call(runtimeService.runPodSandbox, request, call)).podSandboxId;
  } catch (error) {
    if (!(error instanceof CriError) || !isTaken(error)) throw error;
    const known = await find(services, config, call);
    if (known === undefined) throw error;
    ({ id } = known);
  }
  await cgroups.limit(config.prepared.pod);
  const sandbox = await services.listing.sandbox(id, call);
  if (sandbox === undefined) throw new CriError('UNKNOWN', 'the sandbox was gone as soon as it was there');
  return sandbox;
}

/** containerd and CRI-O keep a name until what they make under it is there or has failed. */
export function isTaken({ grpcStatus, message }: CriError): boolean {
  return grpcStatus === 'ALREADY_EXISTS' || /is reserved for|already (in use|exists)/u.test(message);
}

async function find(
  { listing }: CriServices,
  { ref, attempt }: PodSandboxConfig,
  call: CallContext,
): Promise<RuntimeSandbox | undefined> {
  const sandboxes = await listing.sandboxes({ podUid: ref.uid }, call);
  return sandboxes.find((sandbox) => sandbox.attempt === attempt);
}

async function runtimeHandler(services: CriServices, { spec }: Pod, signal: AbortSignal): Promise<string> {
  const name = spec?.runtimeClassName ?? '';
  if (name === '') return services.defaultRuntimeHandler;
  const runtimeClass = await services.getRuntimeClass(name, signal);
  if (runtimeClass === undefined) throw new Error(`failed to get runtime class: RuntimeClass "${name}" not found`);
  return runtimeClass.handler;
}
