import type { PodSandboxConfig as EngineSandboxConfig } from '@vk/node/pod-engine';
import { PodSandboxConfig } from '../generated/api.ts';
import { sandboxAnnotations, sandboxLabels } from '../runtime/object-labels.ts';
import { cgroupParent, type CgroupSettings } from './cgroup-parent.ts';
import { portMappings } from './port-mappings.ts';
import { sandboxOverhead, sandboxSize } from './sandbox-size.ts';
import { sandboxSecurity } from './sandbox-security.ts';

export interface SandboxSettings {
  readonly cgroup: CgroupSettings;
  readonly logDirectory: string;
  readonly cpuCfsQuota: boolean;
}

/** A sandbox in the words of the CRI. */
export function sandboxConfig(config: EngineSandboxConfig, settings: SandboxSettings): PodSandboxConfig {
  const { ref, attempt, ownership, prepared, hostname, dns } = config;
  const { pod } = prepared;
  return PodSandboxConfig.fromPartial({
    metadata: { name: ref.name, namespace: ref.namespace, uid: ref.uid, attempt },
    hostname,
    logDirectory: settings.logDirectory,
    ...(dns !== undefined && {
      dnsConfig: { servers: [...dns.servers], searches: [...dns.searches], options: [...dns.options] },
    }),
    portMappings: portMappings(pod),
    labels: sandboxLabels(ownership, pod),
    annotations: sandboxAnnotations(config.appliedHash, pod),
    linux: {
      cgroupParent: cgroupParent(pod, settings.cgroup),
      securityContext: sandboxSecurity(pod),
      sysctls: Object.fromEntries((pod.spec?.securityContext?.sysctls ?? []).map(({ name, value }) => [name, value])),
      overhead: sandboxOverhead(pod, settings),
      resources: sandboxSize(pod, settings),
    },
  });
}
