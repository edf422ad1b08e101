import type { PodSandboxConfig as EngineSandboxConfig } from '@vk/node/pod-engine';
import type { Pod } from '@vk/node/provider';
import { LinuxContainerResources, PodSandboxConfig } from '../generated/api.ts';
import { sandboxAnnotations, sandboxLabels } from '../runtime/object-labels.ts';
import { cgroupParent, type CgroupSettings } from './cgroup-parent.ts';
import { cpuShares } from './linux-resources.ts';
import { portMappings } from './port-mappings.ts';
import { milliValue, wholeValue } from './quantity.ts';
import { sandboxSecurity } from './sandbox-security.ts';

export interface SandboxSettings {
  readonly cgroup: CgroupSettings;
  readonly logDirectory: string;
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
      overhead: overheadOf(pod),
      resources: sumOf(pod),
    },
  });
}

/** What the runtime class says that the sandbox itself takes: for runtimes that make a virtual machine of it. */
function overheadOf({ spec }: Pod): LinuxContainerResources {
  return resourcesOf(milliValue(spec?.overhead?.['cpu']) ?? 0n, wholeValue(spec?.overhead?.['memory']) ?? 0n);
}

/** What the containers may use together: the size of that machine. 0 where one of them has no limit. */
function sumOf({ spec }: Pod): LinuxContainerResources {
  const limits = (spec?.containers ?? []).map(({ resources }) => resources?.limits ?? {});
  const sum = (values: readonly (bigint | undefined)[]): bigint =>
    values.includes(undefined) ? 0n : values.reduce<bigint>((total, value) => total + (value ?? 0n), 0n);
  return resourcesOf(
    sum(limits.map((limit) => milliValue(limit['cpu']))),
    sum(limits.map((limit) => wholeValue(limit['memory']))),
  );
}

function resourcesOf(cpu: bigint, memory: bigint): LinuxContainerResources {
  return LinuxContainerResources.fromPartial({
    memoryLimitInBytes: memory,
    ...(cpu > 0n && { cpuShares: cpuShares(cpu), cpuPeriod: 100_000n, cpuQuota: cpu * 100n }),
  });
}
