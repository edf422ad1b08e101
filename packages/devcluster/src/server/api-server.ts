import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiRequest } from '../api/api-request.ts';
import { negotiate } from '../api/negotiate.ts';
import { type FindResource, resolvePath, type ResolvedPath } from '../api/resolve-path.ts';
import { sendError, sendJson, sendText } from '../api/respond.ts';
import { type ResourceRoute, routesOf } from '../api/routes.ts';
import type { KubeletCredentials } from '../kubelet-client/kubelet-credentials.ts';
import type { NodeSamples } from '../metrics-api/node-samples.ts';
import { clusterUser, type Registry, strategyContext, type UserInfo } from '../registry/registry.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import type { ServiceAccountTokens } from '../service-accounts/service-account-tokens.ts';
import { ApiError } from '../status/api-error.ts';
import { badRequest, internalError, methodNotAllowed, unauthorized, unknownResource } from '../status/errors.ts';
import { type Authenticator, authenticate } from './authentication.ts';
import type { Documents } from './documents.ts';
import { impersonate } from './impersonation.ts';
import type { Intercept } from './intercept.ts';
import { percentDecode } from './percent-decode.ts';
import { readBody } from './request-body.ts';
import { requireAccess } from './require-access.ts';
import type { Upgrade } from './upgrade.ts';

export interface ApiServerOptions {
  registry: Registry;
  resources: readonly ServedResource[];
  authenticators: readonly Authenticator[];
  tokens: ServiceAccountTokens;
  documents: Documents;
  intercept: Intercept | undefined;
  /** As whom this server goes to nodes; asked for when it does. */
  kubeletCredentials: () => Promise<KubeletCredentials>;
  /** The feature gate `ExtendWebSocketsToKubelet`. */
  extendsWebSockets: boolean;
  nodeSamples: NodeSamples;
  /** Ends every running request when the cluster closes. */
  signal: AbortSignal;
}

/** Answers one request after the other; the connection and TLS are somebody else's. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse, upgrade?: Upgrade) => Promise<void>;

function routeFor(resolved: ResolvedPath, method: string): ResourceRoute {
  const { resource, name, subresource, namespace } = resolved;
  const here = routesOf(resource.definition).filter(({ place }) => {
    if (subresource !== '') return typeof place !== 'string' && place.subresource === subresource;
    return place === (name === undefined ? 'collection' : 'object');
  });
  if (here.length === 0) throw unknownResource();
  const route = here.find((one) => one.method === method);
  const isAllNamespaces = resource.definition.namespaced && namespace === undefined;
  if (route === undefined || (isAllNamespaces && method !== 'GET')) throw methodNotAllowed();
  return route;
}

function abortOnClose(response: ServerResponse, signal: AbortSignal): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return AbortSignal.any([gone.signal, signal]);
}

function decodeSegment(segment: string): string {
  const decoded = percentDecode(segment);
  if (decoded === undefined) throw badRequest(`invalid URL escape in ${JSON.stringify(segment)}`);
  return decoded;
}

function findIn(resources: readonly ServedResource[]): FindResource {
  const known = new Map(resources.map((one) => [`${one.group}/${one.version}/${one.definition.plural}`, one]));
  return (group, version, plural) => known.get(`${group}/${version}/${plural}`);
}

export function createRequestHandler(options: ApiServerOptions): RequestHandler {
  const { registry, resources, documents } = options;
  const find = findIn(resources);
  const reader = strategyContext(registry, clusterUser);
  const isServed = (group: string, version: string): boolean =>
    resources.some((one) => one.group === group && one.version === version);

  const serveResource = async (
    resolved: ResolvedPath,
    request: IncomingMessage,
    response: ServerResponse,
    context: { url: URL; user: UserInfo; upgrade: Upgrade | undefined },
  ): Promise<void> => {
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
    const route = routeFor(resolved, method);
    const target = route.place === 'collection' && method === 'GET' ? 'list' : 'object';
    const isWatch = context.url.searchParams.get('watch');
    const isList = target === 'list' && (isWatch === null || isWatch === 'false' || isWatch === '0');
    let body: Promise<Buffer> | undefined;
    const apiRequest: ApiRequest = {
      ...resolved,
      registry,
      method,
      query: context.url.searchParams,
      headers: request.headers,
      user: context.user,
      tokens: options.tokens,
      presentation: negotiate(request.headers.accept, isList ? 'list' : 'object'),
      body: () => (body ??= readBody(request)),
      warnings: [],
      incoming: request,
      response,
      upgrade: context.upgrade,
      kubeletCredentials: options.kubeletCredentials,
      extendsWebSockets: options.extendsWebSockets,
      nodeSamples: options.nodeSamples,
      signal: abortOnClose(response, options.signal),
    };
    await route.handle(apiRequest);
  };

  const serve: RequestHandler = async (request, response, upgrade) => {
    const authenticated = authenticate(request, options.authenticators);
    if (authenticated === undefined) throw unauthorized();
    const user = impersonate(reader, authenticated, request.headers);
    const url = new URL(request.url ?? '/', 'https://localhost');
    const fault = await options.intercept?.({
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      user: user.name,
    });
    if (fault === 'reset') {
      response.destroy();
      return;
    }
    if (fault !== undefined) {
      for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
      sendJson(response, fault.code, JSON.stringify(fault.body ?? {}));
      return;
    }
    const segments = url.pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeSegment);
    requireAccess(reader, user, { message: request, url, segments });
    const resolved = resolvePath(segments, find, isServed);
    if (resolved !== undefined) await serveResource(resolved, request, response, { url, user, upgrade });
    else if (!documents.answer(segments, request, response)) sendText(response, 404, '404 page not found\n');
  };

  return async (request, response, upgrade) => {
    try {
      await serve(request, response, upgrade);
    } catch (error) {
      if (response.headersSent || response.destroyed) {
        response.destroy();
        return;
      }
      sendError(response, error instanceof ApiError ? error : internalError(error));
    }
  };
}
