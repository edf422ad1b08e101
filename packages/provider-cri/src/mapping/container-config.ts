import type { ContainerConfig as EngineContainerConfig } from '@vk/node/pod-engine';
import type { ContainerConfig, Mount } from '../generated/api.ts';
import { ContainerConfig as CriContainerConfig, Signal } from '../generated/api.ts';
import { containerAnnotations, containerLabels } from '../runtime/object-labels.ts';
import { containerSecurity, type ImageUser, type SecuritySettings } from './container-security.ts';
import { linuxResources, type ResourceSettings } from './linux-resources.ts';

export interface ContainerSettings {
  readonly resources: ResourceSettings;
  readonly security: SecuritySettings;
  /** Relative to the sandbox's log directory. */
  readonly logPath: string;
  readonly mounts: readonly Mount[];
  readonly imageUser: ImageUser;
  /** Devices by their CDI names. */
  readonly devices: readonly string[];
}

/**
 * A container in the words of the CRI.
 *
 * @throws InvalidInput for what can never be honoured.
 */
export function containerConfig(config: EngineContainerConfig, settings: ContainerSettings): ContainerConfig {
  const { container, prepared, name, attempt, imageRef, ownership } = config;
  const { pod } = prepared;
  const image = container.image ?? '';
  return CriContainerConfig.fromPartial({
    metadata: { name, attempt },
    image: { image: imageRef, userSpecifiedImage: image },
    command: [...(config.command ?? [])],
    args: [...(config.args ?? [])],
    workingDir: container.workingDir ?? '',
    envs: config.environment.map((variable) => ({ key: variable.name, value: Buffer.from(variable.value) })),
    mounts: [...settings.mounts],
    labels: containerLabels(ownership, name),
    annotations: containerAnnotations({ ...config, image }, settings.devices),
    logPath: settings.logPath,
    stdin: container.stdin === true,
    stdinOnce: container.stdinOnce === true,
    tty: container.tty === true,
    linux: {
      resources: linuxResources(pod, container, container.resources ?? {}, settings.resources),
      securityContext: containerSecurity(
        pod,
        container,
        settings.imageUser,
        settings.security,
        config.targetContainerId,
      ),
    },
    CDIDevices: settings.devices.map((device) => ({ name: device })),
    stopSignal: signalOf(config.stopSignal),
  });
}

/** The signals of the CRI have the names of the API, but for the real-time ones: `SIGRTMIN+1` is `SIGRTMINPLUS1`. */
function signalOf(name: string | undefined): Signal {
  const key = (name ?? 'RUNTIME_DEFAULT').replace('+', 'PLUS').replace(/-(?=\d)/u, 'MINUS');
  return key in Signal ? Signal[key as keyof typeof Signal] : Signal.RUNTIME_DEFAULT;
}

/** A signal of the CRI as the API writes it; undefined for the runtime's default. */
export function signalName(signal: Signal): string | undefined {
  const [name] = Object.entries(Signal).find(([, value]) => value === signal) ?? [];
  if (name === undefined || signal <= 0) return undefined;
  return name.replace('PLUS', '+').replace('MINUS', '-');
}
