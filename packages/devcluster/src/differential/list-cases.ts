import { type Case, mergePatch, table } from './case.ts';

const configMaps = '/api/v1/namespaces/{namespace}/configmaps';
const own = 'fieldSelector=metadata.name!%3Dkube-root-ca.crt';
const initial = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';

function create(name: string, labels: Record<string, string>): Case['steps'][number] {
  return { method: 'POST', path: configMaps, body: { metadata: { name, labels } }, isSetup: true };
}

const three = [create('a', { x: '1' }), create('b', { x: '2', y: 'z' }), create('c', {})];

/** Lists, pages, selectors and watches, shown on ConfigMaps. */
export const listCases: readonly Case[] = [
  {
    name: 'label selectors',
    steps: [
      ...three,
      ...[
        'x',
        '!x',
        'x=1',
        'x==2',
        'x!=1',
        'x in (1,2)',
        'x notin (1)',
        'x=1,y=z',
        'x>1',
        'x in (',
        'x=a b',
        ',',
        'x y',
        '=1',
        'x in 1',
        'UPPER/x=1',
        'x>a',
      ].map((selector) => ({
        method: 'GET' as const,
        path: `${configMaps}?${own}&labelSelector=${encodeURIComponent(selector)}`,
        accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
      })),
    ],
  },
  {
    name: 'field selectors',
    steps: [
      ...three,
      ...[
        'metadata.name=a',
        'metadata.name!=a,metadata.name!=kube-root-ca.crt',
        'data.k=v',
        'metadata.name',
        'metadata.namespace=x',
      ].map((selector) => ({
        method: 'GET' as const,
        path: `${configMaps}?fieldSelector=${encodeURIComponent(selector)}`,
      })),
      { method: 'GET', path: '/api/v1/pods?fieldSelector=spec.unknown%3Dx' },
      { method: 'GET', path: '/apis/coordination.k8s.io/v1/leases?fieldSelector=spec.holderIdentity%3Dx' },
    ],
  },
  {
    name: 'pages',
    steps: [
      ...three,
      create('d', {}),
      { method: 'GET', path: `${configMaps}?labelSelector=!none&limit=3`, capture: { token: 'metadata.continue' } },
      create('e', {}),
      { method: 'GET', path: `${configMaps}?labelSelector=!none&limit=3&continue={token}` },
      { method: 'GET', path: `${configMaps}?limit=2`, capture: { whole: 'metadata.continue' } },
      { method: 'GET', path: `${configMaps}?limit=2&continue={whole}&resourceVersion=1` },
      { method: 'GET', path: `${configMaps}?limit=2&continue={whole}` },
      { method: 'GET', path: `${configMaps}?limit=2&resourceVersion=0` },
      { method: 'GET', path: `${configMaps}?continue=abc` },
      { method: 'GET', path: `${configMaps}?limit=x` },
      { method: 'GET', path: `${configMaps}?limit=1`, accept: table },
    ],
  },
  {
    name: 'resource versions of lists',
    steps: [
      {
        method: 'POST',
        path: configMaps,
        body: { metadata: { name: 'a' } },
        capture: { first: 'metadata.resourceVersion' },
      },
      create('b', {}),
      { method: 'GET', path: `${configMaps}?${own}&resourceVersion={first}&resourceVersionMatch=Exact` },
      { method: 'GET', path: `${configMaps}?${own}&resourceVersion={first}&resourceVersionMatch=NotOlderThan` },
      { method: 'GET', path: `${configMaps}?${own}&resourceVersion={first}&limit=5` },
      { method: 'GET', path: `${configMaps}?resourceVersion=abc` },
      { method: 'GET', path: `${configMaps}?resourceVersion=1&resourceVersionMatch=Other` },
      { method: 'GET', path: `${configMaps}?resourceVersionMatch=Exact` },
      { method: 'GET', path: `${configMaps}?resourceVersion=0&resourceVersionMatch=Exact` },
      { method: 'GET', path: `${configMaps}?sendInitialEvents=true` },
      { method: 'GET', path: `${configMaps}?resourceVersion=99999999&resourceVersionMatch=NotOlderThan` },
    ],
  },
  {
    name: 'watches from a version, with transitions of a selector',
    steps: [
      {
        method: 'POST',
        path: configMaps,
        body: { metadata: { name: 'a', labels: { x: '1' } } },
        capture: { first: 'metadata.resourceVersion' },
      },
      { method: 'PATCH', path: `${configMaps}/a`, contentType: mergePatch, body: { data: { k: 'v' } }, isSetup: true },
      {
        method: 'PATCH',
        path: `${configMaps}/a`,
        contentType: mergePatch,
        body: { metadata: { labels: { x: '2' } } },
        isSetup: true,
      },
      {
        method: 'PATCH',
        path: `${configMaps}/a`,
        contentType: mergePatch,
        body: { metadata: { labels: { x: '1' } } },
        isSetup: true,
      },
      { method: 'DELETE', path: `${configMaps}/a`, isSetup: true },
      { method: 'GET', path: `${configMaps}?watch=true&resourceVersion={first}`, events: 4 },
      { method: 'GET', path: `${configMaps}?watch=true&resourceVersion={first}&labelSelector=x%3D1`, events: 4 },
    ],
  },
  {
    name: 'watches with initial events',
    steps: [
      ...three,
      { method: 'GET', path: `${configMaps}?watch=true&labelSelector=x`, events: 2 },
      { method: 'GET', path: `${configMaps}?watch=true&labelSelector=x&resourceVersion=0`, events: 2 },
      { method: 'GET', path: `${configMaps}?watch=true&labelSelector=x&${initial}`, events: 3 },
      { method: 'GET', path: `/api/v1/pods?watch=true&labelSelector=none&${initial}`, events: 1 },
      { method: 'GET', path: `/api/v1/nodes?watch=true&labelSelector=none&${initial}`, events: 1 },
      { method: 'GET', path: `/api/v1/services?watch=true&labelSelector=none&${initial}`, events: 1 },
      {
        method: 'GET',
        path: `/apis/coordination.k8s.io/v1/leases?watch=true&labelSelector=none&${initial}`,
        events: 1,
      },
      {
        method: 'GET',
        path: `${configMaps}?watch=true&labelSelector=x&${initial}`,
        accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
        events: 3,
      },
      { method: 'GET', path: `${configMaps}?watch=true&labelSelector=x`, accept: table, events: 2 },
      { method: 'GET', path: `${configMaps}?watch=true&sendInitialEvents=true` },
      { method: 'GET', path: `${configMaps}?watch=true&resourceVersionMatch=NotOlderThan&resourceVersion=1` },
      { method: 'GET', path: `${configMaps}?watch=true&resourceVersion=abc` },
    ],
  },
];
