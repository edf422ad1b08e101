import type { ResourceDefinition } from '../registry/definition.ts';
import { proxyToNode } from '../connect/node-proxy.ts';
import { getPodLog } from '../connect/pod-log.ts';
import { forwardPorts } from '../connect/port-forward.ts';
import { attachToPod, execInPod } from '../connect/remote-command.ts';
import { getMetrics, listMetrics } from '../metrics-api/get-metrics.ts';
import { metricsGroup } from '../metrics-api/metrics-objects.ts';
import type { ApiRequest } from './api-request.ts';
import { getObject } from './get-object.ts';
import { listObjects } from './list-objects.ts';
import { readListOptions } from './list-options.ts';
import { patchObject } from './patch-object.ts';
import { postBinding, postEviction } from './pod-doors.ts';
import { removeCollection, removeObject } from './remove-object.ts';
import { watchObjects } from './watch-objects.ts';
import { postReview } from './post-review.ts';
import { postToken, tokenRequestKind } from './token-request.ts';
import { postObject, putObject } from './write-object.ts';

/** What is done for one method at one kind of place. */
export interface ResourceRoute {
  /** A collection, an object, or the subresource of that name. */
  place: 'collection' | 'object' | { subresource: string };
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /** The verbs by which discovery names it. */
  verbs: readonly string[];
  /** The kind that goes in and out, where it is not the resource's own. */
  kind?: { group: string; version: string; kind: string };
  /** Absent: whenever the definition names the subresource. */
  isServed?: (definition: ResourceDefinition) => boolean;
  handle: (request: ApiRequest) => Promise<void> | void;
}

async function readCollection(request: ApiRequest): Promise<void> {
  const options = readListOptions(request.query, request.resource);
  if (options.isWatch) watchObjects(request, options);
  else await listObjects(request, options);
}

function state(subresource: string): ResourceRoute[] {
  const place = { subresource };
  return [
    { place, method: 'GET', verbs: ['get'], handle: getObject },
    { place, method: 'PATCH', verbs: ['patch'], handle: patchObject },
    { place, method: 'PUT', verbs: ['update'], handle: putObject },
  ];
}

/** Whether objects of a resource are kept; a review is only answered. */
function isStored(definition: ResourceDefinition): boolean {
  return !('review' in definition);
}

/** A subresource that is a connection to a node. */
function connection(
  subresource: string,
  kind: string,
  routes: Partial<Record<ResourceRoute['method'], readonly string[]>>,
  handle: ResourceRoute['handle'],
): ResourceRoute[] {
  return Object.entries(routes).map(([method, verbs]) => ({
    place: { subresource },
    method: method as ResourceRoute['method'],
    verbs,
    kind: { group: '', version: 'v1', kind },
    handle,
  }));
}

const streamed = { GET: ['get'], POST: ['create'] };
const proxied = { GET: ['get'], POST: ['create'], PUT: ['update'], PATCH: ['patch'], DELETE: ['delete'], OPTIONS: [] };

/** Every route under a resource. A later handler for a subresource is one more line here. */
export const resourceRoutes: readonly ResourceRoute[] = [
  { place: 'collection', method: 'GET', verbs: ['list', 'watch'], isServed: isStored, handle: readCollection },
  { place: 'collection', method: 'POST', verbs: ['create'], isServed: isStored, handle: postObject },
  {
    place: 'collection',
    method: 'POST',
    verbs: ['create'],
    isServed: (definition) => !isStored(definition),
    handle: postReview,
  },
  {
    place: 'collection',
    method: 'DELETE',
    verbs: ['deletecollection'],
    isServed: (definition) => isStored(definition) && definition.plural !== 'namespaces',
    handle: removeCollection,
  },
  { place: 'object', method: 'GET', verbs: ['get'], isServed: isStored, handle: getObject },
  { place: 'object', method: 'PUT', verbs: ['update'], isServed: isStored, handle: putObject },
  { place: 'object', method: 'PATCH', verbs: ['patch'], isServed: isStored, handle: patchObject },
  { place: 'object', method: 'DELETE', verbs: ['delete'], isServed: isStored, handle: removeObject },
  ...state('status'),
  ...state('approval'),
  ...state('resize'),
  ...state('ephemeralcontainers'),
  { place: { subresource: 'finalize' }, method: 'PUT', verbs: ['update'], handle: putObject },
  {
    place: { subresource: 'binding' },
    method: 'POST',
    verbs: ['create'],
    kind: { group: '', version: 'v1', kind: 'Binding' },
    handle: postBinding,
  },
  {
    place: { subresource: 'token' },
    method: 'POST',
    verbs: ['create'],
    kind: tokenRequestKind,
    handle: postToken,
  },
  {
    place: { subresource: 'eviction' },
    method: 'POST',
    verbs: ['create'],
    kind: { group: 'policy', version: 'v1', kind: 'Eviction' },
    handle: postEviction,
  },
  { place: { subresource: 'log' }, method: 'GET', verbs: ['get'], handle: getPodLog },
  ...connection('exec', 'PodExecOptions', streamed, execInPod),
  ...connection('attach', 'PodAttachOptions', streamed, attachToPod),
  ...connection('portforward', 'PodPortForwardOptions', streamed, forwardPorts),
  ...connection('proxy', 'NodeProxyOptions', proxied, proxyToNode),
];

const metricsRoutes: readonly ResourceRoute[] = [
  { place: 'collection', method: 'GET', verbs: ['list'], handle: listMetrics },
  { place: 'object', method: 'GET', verbs: ['get'], handle: getMetrics },
];

/** The routes of a resource. */
export function routesOf(definition: ResourceDefinition): ResourceRoute[] {
  const routes = definition.group === metricsGroup ? metricsRoutes : resourceRoutes;
  return routes.filter(({ place, isServed }) => {
    if (isServed !== undefined && !isServed(definition)) return false;
    return typeof place === 'string' || definition.subresources.includes(place.subresource);
  });
}
