import type { ContainerConfig } from '@vk/node/pod-engine';
import type { CallContext } from '@vk/node/provider';
import { runtimeService } from '../client/cri-client.ts';
import { CriError } from '../client/cri-error.ts';
import { isTaken } from '../client/is-taken.ts';
import { CreateContainerRequest } from '../generated/api.ts';
import type { Mount } from '../generated/api.ts';
import { containerConfig } from '../mapping/container-config.ts';
import { containerMounts } from '../mapping/mounts.ts';
import { sandboxConfig } from '../mapping/sandbox-config.ts';
import { allEnded } from './all-ended.ts';
import type { CriServices } from './cri-services.ts';
import { namedCall } from './named-call.ts';
import { runtimeHandler } from './runtime-handler.ts';
import { volumeSurroundings, waitsForAddresses } from './volume-surroundings.ts';

/** Creates a container, or finds the one of this name and attempt that is there. */
export async function createContainer(
  services: CriServices,
  sandboxId: string,
  config: ContainerConfig,
  call: CallContext,
): Promise<string> {
  const { client, paths, files, listing, images } = services;
  const { ref, name, attempt, prepared, container } = config;
  // Files of the downward API can hold the pod's addresses, which are known only now.
  if (waitsForAddresses(prepared)) {
    await services.volumes.setUp(prepared, await volumeSurroundings(services, prepared, call), call.signal);
  }
  const [mounts, imageUser, devices, sandboxAttempt, cgroup] = await allEnded([
    mountsFor(services, config, call),
    images.user(config.imageRef, call),
    services.devices.give(prepared, container, call),
    listing.sandboxAttempt(sandboxId, call),
    services.cgroup.settings(call),
    files.makeContainerLogs(ref, name),
  ]);
  const settings = {
    resources: services.resourceSettings,
    security: services.securitySettings,
    logPath: paths.logPath(name, attempt),
    mounts,
    imageUser,
    devices,
  };
  const request = CreateContainerRequest.fromPartial({
    podSandboxId: sandboxId,
    config: containerConfig(config, settings),
    // Runtimes take the log directory, and the security of the pod, from the sandbox's own config.
    sandboxConfig: sandboxConfig(
      {
        ref,
        attempt: sandboxAttempt,
        ownership: config.ownership,
        appliedHash: prepared.hash,
        hostname: config.hostname,
        prepared,
      },
      {
        cgroup,
        logDirectory: paths.logDirectory(ref),
        cpuCfsQuota: services.resourceSettings.cpuCfsQuota,
      },
    ),
  });
  try {
    const { containerId } = await namedCall(services, ref.uid, call, (limits) =>
      client.runtime.call(runtimeService.createContainer, request, limits),
    );
    return containerId;
  } catch (error) {
    if (!(error instanceof CriError) || !isTaken(error)) throw error;
    const runs = await listing.containers({ podUid: ref.uid }, call);
    const known = runs.find((run) => run.name === name && run.attempt === attempt && run.sandboxId === sandboxId);
    if (known === undefined) throw error;
    return known.id;
  }
}

async function mountsFor(services: CriServices, config: ContainerConfig, call: CallContext): Promise<Mount[]> {
  const { volumes, files, health, securitySettings } = services;
  const { ref, name, attempt, prepared, container, environment, hosts } = config;
  const { pod } = prepared;
  const [handler, ofVolumes, hostsFile, terminationMessage] = await allEnded([
    runtimeHandler(services, pod, call.signal),
    volumes.mountsOf(prepared, name, environment, call.signal),
    files.writeHosts(ref.uid, hosts, pod.spec?.hostNetwork === true),
    files.makeTerminationMessage(ref.uid, name, attempt),
  ]);
  return containerMounts({
    pod,
    container,
    volumeImageRefs: config.volumeImageRefs ?? {},
    environment,
    volumes: ofVolumes,
    own: { hosts: hostsFile, terminationMessage },
    seLinux: securitySettings.seLinux,
    recursiveReadOnly: health.features?.handlers.get(handler)?.recursiveReadOnlyMounts === true,
  });
}
