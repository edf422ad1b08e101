import type { Pod } from '@vk/node/provider';
import { LinuxSandboxSecurityContext, SecurityProfile_ProfileType } from '../generated/api.ts';
import { groupsPolicy, seLinuxOptions, supplementalGroups } from './container-security.ts';
import { namespaceOptions } from './namespaces.ts';
import { placedContainers } from './pod-containers.ts';

/** What the sandbox itself may do. Its own process needs next to nothing, so its seccomp profile is always the runtime's default. */
export function sandboxSecurity(pod: Pod): LinuxSandboxSecurityContext {
  const shared = pod.spec?.securityContext;
  return LinuxSandboxSecurityContext.fromPartial({
    privileged: placedContainers(pod).some(({ container }) => container.securityContext?.privileged === true),
    namespaceOptions: namespaceOptions(pod),
    ...(shared?.runAsUser !== undefined && { runAsUser: { value: BigInt(shared.runAsUser) } }),
    ...(shared?.runAsGroup !== undefined && { runAsGroup: { value: BigInt(shared.runAsGroup) } }),
    supplementalGroups: supplementalGroups(pod),
    supplementalGroupsPolicy: groupsPolicy(pod),
    ...seLinuxOptions(shared?.seLinuxOptions),
    seccomp: { profileType: SecurityProfile_ProfileType.RuntimeDefault },
  });
}
