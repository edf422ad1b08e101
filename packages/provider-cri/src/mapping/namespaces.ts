import type { Pod } from '@vk/node/provider';
import { NamespaceMode, NamespaceOption } from '../generated/api.ts';

/** Which namespaces the pod shares, with whom. */
export function namespaceOptions({ spec }: Pod, targetContainerId?: string): NamespaceOption {
  return NamespaceOption.fromPartial({
    network: spec?.hostNetwork === true ? NamespaceMode.NODE : NamespaceMode.POD,
    ipc: spec?.hostIPC === true ? NamespaceMode.NODE : NamespaceMode.POD,
    ...processNamespace({ spec }, targetContainerId),
  });
}

function processNamespace(
  { spec }: Pod,
  targetContainerId: string | undefined,
): Pick<NamespaceOption, 'pid' | 'targetId'> {
  if (spec?.hostPID === true) return { pid: NamespaceMode.NODE, targetId: '' };
  if (spec?.shareProcessNamespace === true) return { pid: NamespaceMode.POD, targetId: '' };
  // An ephemeral container sees the processes of the container that it is to look into.
  if (targetContainerId !== undefined) return { pid: NamespaceMode.TARGET, targetId: targetContainerId };
  return { pid: NamespaceMode.CONTAINER, targetId: '' };
}
