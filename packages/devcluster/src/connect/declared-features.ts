import type { KubeletLocation } from '../kubelet-client/kubelet-location.ts';

/** Whether the node says of itself that it takes WebSockets of version 5, and tunnels (KEP-4006). */
export function takesWebSockets({ declaredFeatures }: KubeletLocation): boolean {
  return declaredFeatures.includes('ExtendWebSocketsToKubelet');
}
