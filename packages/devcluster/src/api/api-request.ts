import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { KubeletCredentials } from '../kubelet-client/kubelet-credentials.ts';
import type { Registry, UserInfo } from '../registry/registry.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import type { Upgrade } from '../server/upgrade.ts';
import type { ServiceAccountTokens } from '../service-accounts/service-account-tokens.ts';
import type { NodeSamples } from '../metrics-api/node-samples.ts';
import type { Presentation } from './presentation.ts';

/** A request that names a resource, as the handlers see it. */
export interface ApiRequest {
  registry: Registry;
  resource: ServedResource;
  namespace: string | undefined;
  /** Absent for the collection. */
  name: string | undefined;
  subresource: string;
  /** What follows the subresource `proxy`, decoded: empty, or with a slash before each part. */
  subpath: string;
  method: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  user: UserInfo;
  /** The bearer tokens of the cluster. */
  tokens: ServiceAccountTokens;
  /** The form in which the client wants objects. */
  presentation: Presentation;
  /** The body, at most three mebibytes as in the API server. Throws ApiError (413). */
  body(): Promise<Buffer>;
  /** Warnings for the client, sent as headers with the answer. */
  warnings: string[];
  /** The request as it came, for what is handed on to a node. */
  incoming: IncomingMessage;
  response: ServerResponse;
  /** Present when the client asks for another protocol on its connection. */
  upgrade: Upgrade | undefined;
  /** As whom this server goes to nodes. */
  kubeletCredentials(): Promise<KubeletCredentials>;
  /** Whether WebSockets go through to nodes that declare that they take them. */
  extendsWebSockets: boolean;
  /** What nodes use. */
  nodeSamples: NodeSamples;
  /** Aborted when the client goes away or the cluster closes. */
  signal: AbortSignal;
}

/** The object's name, which the route has checked to be there. */
export function requestName(request: ApiRequest): string {
  return request.name ?? '';
}

export function isDryRun(request: ApiRequest): boolean {
  return request.query.getAll('dryRun').includes('All');
}
