import type { ApiRequest } from '../api/api-request.ts';
import { kubeletTls } from '../kubelet-client/kubelet-credentials.ts';
import { hostAndPort, type KubeletLocation } from '../kubelet-client/kubelet-location.ts';
import type { NodeRequest } from '../kubelet-client/send-to-node.ts';

/** What is asked of a kubelet. */
export interface KubeletQuestion {
  location: KubeletLocation;
  path: string;
  query: URLSearchParams;
  /** `insecureSkipTLSVerifyBackend` of the logs. */
  skipVerify?: boolean;
}

export function pathWithQuery({ path, query }: Pick<KubeletQuestion, 'path' | 'query'>): string {
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

export function kubeletUrl(question: KubeletQuestion): string {
  return `https://${hostAndPort(question.location)}${pathWithQuery(question)}`;
}

/** A GET of the kubelet API of a node, in the name of the API server. */
export async function kubeletRequest(request: ApiRequest, question: KubeletQuestion): Promise<NodeRequest> {
  const { location, skipVerify = false } = question;
  return {
    host: location.host,
    port: location.port,
    tls: kubeletTls(await request.kubeletCredentials(), { skipVerify }),
    method: 'GET',
    path: pathWithQuery(question),
    headers: ['Host', hostAndPort(location), 'User-Agent', 'kube-apiserver'],
    signal: request.signal,
    clock: request.registry.clock,
  };
}
