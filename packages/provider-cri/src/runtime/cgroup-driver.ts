import { runtimeService, type CriClient } from '../client/cri-client.ts';
import { isUnimplemented } from '../client/cri-error.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { CgroupDriver, RuntimeConfigRequest, StatusRequest } from '../generated/api.ts';

type Driver = 'cgroupfs' | 'systemd';

/**
 * How the runtime names cgroups. Undefined when it has answered and does not say.
 *
 * @throws what kept it from answering.
 */
export async function askCgroupDriver({ runtime }: CriClient, limits: CallLimits): Promise<Driver | undefined> {
  try {
    const { linux } = await runtime.call(runtimeService.runtimeConfig, RuntimeConfigRequest.fromPartial({}), limits);
    if (linux?.cgroupDriver === CgroupDriver.SYSTEMD) return 'systemd';
    return linux?.cgroupDriver === CgroupDriver.CGROUPFS ? 'cgroupfs' : undefined;
  } catch (error) {
    if (!isUnimplemented(error)) throw error;
    // containerd before 2.0 shows its configuration in its status only.
    const { info } = await runtime.call(runtimeService.status, StatusRequest.fromPartial({ verbose: true }), limits);
    return containerdDriver(info['config'] ?? '');
  }
}

interface ContainerdConfig {
  readonly containerd?: {
    readonly defaultRuntimeName?: string;
    readonly runtimes?: Readonly<Record<string, { readonly options?: { readonly SystemdCgroup?: boolean } }>>;
  };
}

/** How containerd's default runtime names cgroups, by its configuration as JSON. Undefined for another configuration. */
export function containerdDriver(config: string): Driver | undefined {
  const { containerd } = parsed(config);
  const runtime = containerd?.runtimes?.[containerd.defaultRuntimeName ?? 'runc'];
  if (runtime === undefined) return undefined;
  return runtime.options?.SystemdCgroup === true ? 'systemd' : 'cgroupfs';
}

function parsed(config: string): ContainerdConfig {
  try {
    return Object(JSON.parse(config)) as ContainerdConfig;
  } catch {
    // A runtime may show its configuration in any form.
    return {};
  }
}
