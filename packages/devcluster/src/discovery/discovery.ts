import { createHash } from 'node:crypto';
import { type ResourceRoute, routesOf } from '../api/routes.ts';
import { groupVersion, type ServedResource } from '../registry/served-resource.ts';
import { compareText } from '../store/compare-text.ts';

interface VerbsOf {
  verbs: string[];
  kind: { group: string; version: string; kind: string } | undefined;
}

function verbsAt(routes: readonly ResourceRoute[], isHere: (place: ResourceRoute['place']) => boolean): VerbsOf {
  const here = routes.filter(({ place }) => isHere(place));
  return { verbs: here.flatMap(({ verbs }) => verbs).sort(compareText), kind: here.find(({ kind }) => kind)?.kind };
}

function subresourcesOf(routes: readonly ResourceRoute[]): string[] {
  const names = routes.flatMap(({ place }) => (typeof place === 'string' ? [] : [place.subresource]));
  return [...new Set(names)].sort(compareText);
}

/** The resources of one group and version, in the order of their names. */
function inVersion(resources: readonly ServedResource[], group: string, version: string): ServedResource[] {
  return resources
    .filter((resource) => resource.group === group && resource.version === version)
    .sort((left, right) => compareText(left.definition.plural, right.definition.plural));
}

/** Groups with their versions, in the order of their names. */
export function groupVersions(resources: readonly ServedResource[]): { group: string; version: string }[] {
  const seen = new Map(resources.map(({ group, version }) => [`${group}/${version}`, { group, version }]));
  return [...seen.values()].sort((left, right) => compareText(left.group, right.group));
}

function resourceEntries(resource: ServedResource): object[] {
  const { definition, kind } = resource;
  const routes = routesOf(definition);
  const { plural, singular, namespaced, shortNames, categories } = definition;
  const storageVersionHash = createHash('sha256')
    .update(`${definition.group}/${definition.version}/${definition.kind}`)
    .digest()
    .subarray(0, 8)
    .toString('base64');
  const main = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: verbsAt(routes, (place) => typeof place === 'string').verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(!('review' in definition) && { storageVersionHash }),
  };
  const below = subresourcesOf(routes).map((subresource) => {
    const at = verbsAt(routes, (place) => typeof place !== 'string' && place.subresource === subresource);
    const other =
      at.kind === undefined || at.kind.group === '' ? {} : { group: at.kind.group, version: at.kind.version };
    return {
      name: `${plural}/${subresource}`,
      singularName: '',
      namespaced,
      ...other,
      kind: at.kind?.kind ?? kind,
      verbs: at.verbs,
    };
  });
  return [main, ...below];
}

/** `/api/v1`, `/apis/{group}/{version}`. */
export function resourceList(resources: readonly ServedResource[], group: string, version: string): object {
  return {
    kind: 'APIResourceList',
    // The core group's list has no apiVersion on the wire.
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: groupVersion({ group, version }),
    resources: inVersion(resources, group, version).flatMap(resourceEntries),
  };
}

function apiGroup(group: string, version: string): object {
  const entry = { groupVersion: `${group}/${version}`, version };
  return { name: group, versions: [entry], preferredVersion: entry };
}

/** `/apis`. */
export function groupList(resources: readonly ServedResource[]): object {
  const groups = groupVersions(resources).filter(({ group }) => group !== '');
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groups.map(({ group, version }) => apiGroup(group, version)),
  };
}

/** `/apis/{group}`, or undefined for a group that is not served. */
export function groupDocument(resources: readonly ServedResource[], group: string): object | undefined {
  const found = groupVersions(resources).find((one) => one.group === group && group !== '');
  return found === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group, found.version) };
}

/** `/api`. */
export function coreVersions(serverAddress: string): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

function aggregatedResource(resource: ServedResource): object {
  const { definition, kind } = resource;
  const routes = routesOf(definition);
  const { plural, singular, namespaced, shortNames, categories } = definition;
  const subresources = subresourcesOf(routes).map((subresource) => {
    const at = verbsAt(routes, (place) => typeof place !== 'string' && place.subresource === subresource);
    const other = at.kind === undefined || at.kind.group === '' ? { group: '', version: '' } : at.kind;
    return {
      subresource,
      responseKind: { group: other.group, version: other.version, kind: at.kind?.kind ?? kind },
      verbs: at.verbs,
    };
  });
  return {
    resource: plural,
    responseKind: { group: '', version: '', kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: verbsAt(routes, (place) => typeof place === 'string').verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

/** `/api` and `/apis` in the aggregated form, which holds all resources at once. */
export function aggregatedDiscovery(resources: readonly ServedResource[], root: 'api' | 'apis'): object {
  const versions = groupVersions(resources).filter(({ group }) => (group === '') === (root === 'api'));
  const items = versions.map(({ group, version }) => ({
    metadata: group === '' ? {} : { name: group },
    versions: [
      { version, resources: inVersion(resources, group, version).map(aggregatedResource), freshness: 'Current' },
    ],
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}
