import { resolveVariables } from '@vk/node/provider';
import type { Container, DeferredValues, Pod, PlainVariable, PreparedPod } from '@vk/node/provider';

/** A pod's container by name, of whichever kind. */
export function containerSpecOf(pod: Pod | undefined, name: string): Container {
  const spec = pod?.spec;
  const all = [...(spec?.containers ?? []), ...(spec?.initContainers ?? []), ...(spec?.ephemeralContainers ?? [])];
  return all.find((container) => container.name === name) ?? { name };
}

/** A container's variables with everything in them that the backend knows. */
export function environmentOf(
  prepared: PreparedPod | undefined,
  name: string,
  values: DeferredValues,
): readonly PlainVariable[] {
  return resolveVariables(prepared?.environment[name]?.variables ?? [], values);
}

export function deferredValues(podIP: string | undefined, hostIP: string | undefined): DeferredValues {
  return {
    ...(podIP !== undefined && { 'status.podIP': podIP, 'status.podIPs': podIP }),
    ...(hostIP !== undefined && { 'status.hostIP': hostIP, 'status.hostIPs': hostIP }),
  };
}

/** The user that a container's processes run as; root when nothing is said. */
export function userOf(
  pod: Pod | undefined,
  container: Container,
): { readonly userId: number; readonly groupId: number } {
  const own = container.securityContext;
  const shared = pod?.spec?.securityContext;
  return {
    userId: own?.runAsUser ?? shared?.runAsUser ?? 0,
    groupId: own?.runAsGroup ?? shared?.runAsGroup ?? 0,
  };
}
