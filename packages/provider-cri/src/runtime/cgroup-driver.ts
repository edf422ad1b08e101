import type { Clock } from '@vk/node/provider';
import { runtimeService, type CriClient } from '../client/cri-client.ts';
import { isUnimplemented } from '../client/cri-error.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { within } from '../client/within.ts';
import type { CriConfig } from '../config.ts';
import { CgroupDriver, RuntimeConfigRequest, StatusRequest } from '../generated/api.ts';

type Driver = 'cgroupfs' | 'systemd';

/** How long the runtime is waited for. */
const milliseconds = 10_000;

/** By the configuration, else as the runtime says. One that cannot be asked is taken to do as the name of the parent looks. */
export async function cgroupDriver(
  { cgroupDriver: configured, cgroupParent }: Pick<CriConfig, 'cgroupDriver' | 'cgroupParent'>,
  client: CriClient,
  clock: Clock,
): Promise<Driver> {
  if (configured !== undefined) return configured;
  if (cgroupParent === '') return 'cgroupfs';
  try {
    return await within({ clock, milliseconds }, (limits) => askDriver(client, limits));
  } catch {
    return cgroupParent.endsWith('.slice') ? 'systemd' : 'cgroupfs';
  }
}

async function askDriver({ runtime }: CriClient, limits: CallLimits): Promise<Driver> {
  try {
    const request = RuntimeConfigRequest.fromPartial({});
    const { linux } = await runtime.call(runtimeService.runtimeConfig, request, limits);
    return linux?.cgroupDriver === CgroupDriver.SYSTEMD ? 'systemd' : 'cgroupfs';
  } catch (error) {
    if (!isUnimplemented(error)) throw error;
    // containerd before 2.0 shows its configuration in its status only.
    const { info } = await runtime.call(runtimeService.status, StatusRequest.fromPartial({ verbose: true }), limits);
    return usesSystemd(info['config'] ?? '{}') ? 'systemd' : 'cgroupfs';
  }
}

interface ContainerdConfig {
  readonly containerd?: {
    readonly defaultRuntimeName?: string;
    readonly runtimes?: Readonly<Record<string, { readonly options?: { readonly SystemdCgroup?: boolean } }>>;
  };
}

/** Whether containerd's default runtime leaves cgroups to systemd, by its configuration as JSON. */
export function usesSystemd(config: string): boolean {
  const { containerd } = JSON.parse(config) as ContainerdConfig;
  return containerd?.runtimes?.[containerd.defaultRuntimeName ?? 'runc']?.options?.SystemdCgroup === true;
}
