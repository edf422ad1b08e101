import type { ApiRequest } from '../api/api-request.ts';
import type { KubeletLocation } from '../kubelet-client/kubelet-location.ts';

/** Whether WebSockets of version 5, and tunnels, go through to the node, which has to say that it takes them (KEP-4006). */
export function goesThrough({ extendsWebSockets }: ApiRequest, { declaredFeatures }: KubeletLocation): boolean {
  return extendsWebSockets && declaredFeatures.includes('ExtendWebSocketsToKubelet');
}
