import type { PodSandboxConfig, RuntimeSandbox } from '@vk/node/pod-engine';
import type { CallContext, Pod, ResourceRequirements } from '@vk/node/provider';
import { runtimeService } from '../client/cri-client.ts';
import { CriError } from '../client/cri-error.ts';
import { RunPodSandboxRequest } from '../generated/api.ts';
import { limitPodCgroup } from '../host/limit-pod-cgroup.ts';
import { cgroupParent, ownsPodCgroups } from '../mapping/cgroup-parent.ts';
import { sandboxConfig } from '../mapping/sandbox-config.ts';
import type { CriServices } from './cri-services.ts';

/** Starts a sandbox, or finds the one that an attempt before, of which the answer was lost, has started. */
export async function runPodSandbox(
  services: CriServices,
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
  const { pod } = config.prepared;
  if (pod.spec?.resources !== undefined) await limitPod(services, pod, pod.spec.resources);
  const sandbox = await services.listing.sandbox(id, call);
  if (sandbox === undefined) throw new CriError('UNKNOWN', 'the sandbox was gone as soon as it was there');
  return sandbox;
}

/** Gives the cgroup of a pod, which is there with its sandbox, what the pod as a whole may have. */
export async function limitPod(
  { cgroup, resourceSettings }: CriServices,
  pod: Pod,
  resources: ResourceRequirements,
): Promise<void> {
  if (ownsPodCgroups(cgroup)) {
    const { unifiedCgroups: unified, cpuCfsQuota } = resourceSettings;
    await limitPodCgroup(resources, { path: cgroupParent(pod, cgroup), unified, cpuCfsQuota });
  }
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
