import { type Case, jsonPatch, mergePatch, strategicPatch, table } from './case.ts';

const configMaps = '/api/v1/namespaces/{namespace}/configmaps';

/** Requests that every resource answers alike, shown on ConfigMaps. */
export const objectCases: readonly Case[] = [
  {
    name: 'create, read, replace and delete',
    steps: [
      { method: 'POST', path: configMaps, body: { metadata: { name: 'a', labels: { x: '1' } }, data: { k: 'v' } } },
      { method: 'POST', path: configMaps, body: { metadata: { name: 'a' } } },
      { method: 'GET', path: `${configMaps}/a`, capture: { version: 'metadata.resourceVersion', uid: 'metadata.uid' } },
      { method: 'GET', path: `${configMaps}/missing` },
      { method: 'PUT', path: `${configMaps}/a`, body: { metadata: { name: 'a' }, data: { k: 'w' } } },
      {
        method: 'PUT',
        path: `${configMaps}/a`,
        body: { metadata: { name: 'a', resourceVersion: '{version}' }, data: { k: 'x' } },
      },
      { method: 'PUT', path: `${configMaps}/a`, body: { metadata: { name: 'b' } } },
      { method: 'PUT', path: `${configMaps}/missing`, body: { metadata: { name: 'missing' } } },
      { method: 'PUT', path: `${configMaps}/a`, body: { metadata: { name: 'a', resourceVersion: 'x' } } },
      { method: 'DELETE', path: `${configMaps}/a`, body: { preconditions: { uid: 'x' } } },
      { method: 'DELETE', path: `${configMaps}/a`, body: { preconditions: { resourceVersion: '1' } } },
      { method: 'DELETE', path: `${configMaps}/a`, body: { preconditions: { uid: '{uid}' } } },
      { method: 'DELETE', path: `${configMaps}/a` },
    ],
  },
  {
    name: 'names, namespaces and metadata',
    steps: [
      { method: 'POST', path: configMaps, body: { metadata: {} } },
      { method: 'POST', path: configMaps, body: { metadata: { name: 'Not Valid' } } },
      { method: 'POST', path: configMaps, body: { metadata: { name: 'a', namespace: 'elsewhere' } } },
      { method: 'POST', path: '/api/v1/namespaces/no-such-namespace/configmaps', body: { metadata: { name: 'a' } } },
      { method: 'POST', path: configMaps, body: { metadata: { name: 'a', labels: { 'b c': 'd', e: 'f g' } } } },
      { method: 'POST', path: configMaps, body: { metadata: { name: 'a', annotations: { 'b c': 'd' } } } },
      { method: 'POST', path: configMaps, body: { metadata: { name: 'a', finalizers: ['no good'] } } },
      { method: 'POST', path: configMaps, body: { metadata: { name: 'a', resourceVersion: '5' } } },
      { method: 'POST', path: configMaps, body: { metadata: { generateName: 'generated-' } } },
      {
        method: 'POST',
        path: configMaps,
        body: {
          metadata: {
            name: 'own',
            uid: 'mine',
            creationTimestamp: '2020-01-01T00:00:00Z',
            deletionGracePeriodSeconds: 4,
            generation: 7,
          },
        },
      },
      { method: 'POST', path: `${configMaps}?dryRun=All`, body: { metadata: { name: 'dry' } } },
      { method: 'GET', path: `${configMaps}/dry` },
    ],
  },
  {
    name: 'bodies that cannot be read',
    steps: [
      { method: 'POST', path: configMaps, body: '{' },
      { method: 'POST', path: configMaps, body: '[]' },
      { method: 'POST', path: configMaps, body: {}, contentType: 'text/plain' },
      { method: 'POST', path: configMaps, body: { kind: 'Pod', apiVersion: 'v1' } },
      { method: 'POST', path: configMaps, body: { kind: 'ConfigMap', apiVersion: 'v1beta1' } },
      { method: 'POST', path: configMaps, body: { metadata: { name: 'a', labels: { a: 1 } } } },
      { method: 'POST', path: configMaps, body: { metadata: { name: 'a' }, data: 3 } },
      { method: 'POST', path: configMaps, body: { metadata: { name: 'a' }, immutable: 'yes' } },
    ],
  },
  {
    name: 'unknown and repeated fields',
    steps: [
      {
        method: 'POST',
        path: `${configMaps}?fieldValidation=Strict`,
        body: '{"metadata":{"name":"a","name":"b"},"more":1,"data":{"k":"v"}}',
      },
      { method: 'POST', path: configMaps, body: '{"metadata":{"name":"a","name":"b"},"more":1,"data":{"k":"v"}}' },
      { method: 'POST', path: `${configMaps}?fieldValidation=Ignore`, body: { metadata: { name: 'c' }, more: 1 } },
      { method: 'POST', path: `${configMaps}?fieldValidation=Other`, body: { metadata: { name: 'd' } } },
      {
        method: 'PATCH',
        path: `${configMaps}/c?fieldValidation=Strict`,
        contentType: strategicPatch,
        body: { more: 1 },
      },
      { method: 'PATCH', path: `${configMaps}/c`, contentType: mergePatch, body: { more: 1 } },
    ],
  },
  {
    name: 'patches',
    steps: [
      {
        method: 'POST',
        path: configMaps,
        body: { metadata: { name: 'a', labels: { x: '1', y: '2' } }, data: { k: 'v', l: 'w' } },
      },
      {
        method: 'PATCH',
        path: `${configMaps}/a`,
        contentType: mergePatch,
        body: { metadata: { labels: { x: null, z: '3' } } },
      },
      { method: 'PATCH', path: `${configMaps}/a`, contentType: strategicPatch, body: { data: { l: null } } },
      {
        method: 'PATCH',
        path: `${configMaps}/a`,
        contentType: strategicPatch,
        body: { data: { $patch: 'replace', n: 'o' } },
      },
      {
        method: 'PATCH',
        path: `${configMaps}/a`,
        contentType: jsonPatch,
        body: [
          { op: 'test', path: '/data/n', value: 'o' },
          { op: 'add', path: '/data/p~1q', value: 'r' },
          { op: 'move', from: '/data/n', path: '/data/s' },
        ],
      },
      {
        method: 'PATCH',
        path: `${configMaps}/a`,
        contentType: jsonPatch,
        body: [{ op: 'test', path: '/data/s', value: 'no' }],
      },
      {
        method: 'PATCH',
        path: `${configMaps}/a`,
        contentType: jsonPatch,
        body: [{ op: 'remove', path: '/data/none' }],
      },
      { method: 'PATCH', path: `${configMaps}/a`, contentType: jsonPatch, body: {} },
      { method: 'PATCH', path: `${configMaps}/a`, contentType: mergePatch, body: [] },
      { method: 'PATCH', path: `${configMaps}/a`, contentType: mergePatch, body: '{' },
      { method: 'PATCH', path: `${configMaps}/a`, contentType: strategicPatch, body: '{' },
      { method: 'PATCH', path: `${configMaps}/a`, contentType: 'application/json', body: {} },
      { method: 'PATCH', path: `${configMaps}/missing`, contentType: mergePatch, body: {} },
      {
        method: 'PATCH',
        path: `${configMaps}/a`,
        contentType: mergePatch,
        body: { metadata: { resourceVersion: '1' } },
      },
      { method: 'PATCH', path: `${configMaps}/a`, contentType: mergePatch, body: { metadata: { uid: 'other' } } },
      { method: 'PATCH', path: `${configMaps}/a`, contentType: mergePatch, body: { metadata: { name: 'other' } } },
      { method: 'PATCH', path: `${configMaps}/a`, contentType: mergePatch, body: { metadata: { namespace: 'other' } } },
    ],
  },
  {
    name: 'finalizers',
    steps: [
      { method: 'POST', path: configMaps, body: { metadata: { name: 'a', finalizers: ['example.com/hold'] } } },
      { method: 'DELETE', path: `${configMaps}/a` },
      { method: 'DELETE', path: `${configMaps}/a` },
      {
        method: 'PATCH',
        path: `${configMaps}/a`,
        contentType: mergePatch,
        body: { metadata: { finalizers: ['example.com/more'] } },
      },
      { method: 'PATCH', path: `${configMaps}/a`, contentType: mergePatch, body: { metadata: { finalizers: null } } },
      { method: 'GET', path: `${configMaps}/a` },
    ],
  },
  {
    name: 'delete options and collections',
    steps: [
      { method: 'POST', path: configMaps, body: { metadata: { name: 'a', labels: { x: '1' } } }, isSetup: true },
      { method: 'POST', path: configMaps, body: { metadata: { name: 'b', labels: { x: '2' } } }, isSetup: true },
      { method: 'DELETE', path: `${configMaps}/a?gracePeriodSeconds=x` },
      { method: 'DELETE', path: `${configMaps}/a?propagationPolicy=x` },
      { method: 'DELETE', path: `${configMaps}/a?dryRun=All` },
      { method: 'DELETE', path: `${configMaps}?labelSelector=x%3D1` },
      { method: 'GET', path: `${configMaps}?fieldSelector=metadata.name!=kube-root-ca.crt` },
      { method: 'DELETE', path: `${configMaps}?labelSelector=none` },
    ],
  },
  {
    name: 'immutable data',
    steps: [
      { method: 'POST', path: configMaps, body: { metadata: { name: 'a' }, data: { k: 'v' }, immutable: true } },
      { method: 'PATCH', path: `${configMaps}/a`, contentType: mergePatch, body: { data: { k: 'w' } } },
      { method: 'PATCH', path: `${configMaps}/a`, contentType: mergePatch, body: { immutable: false } },
      { method: 'POST', path: configMaps, body: { metadata: { name: 'b' }, data: { 'no good': 'v' } } },
    ],
  },
  {
    name: 'representations',
    steps: [
      { method: 'POST', path: configMaps, body: { metadata: { name: 'a' }, data: { k: 'v' } }, isSetup: true },
      { method: 'GET', path: `${configMaps}/a`, accept: table },
      { method: 'GET', path: `${configMaps}/a?includeObject=Object`, accept: table },
      { method: 'GET', path: `${configMaps}?includeObject=None&fieldSelector=metadata.name%3Da`, accept: table },
      {
        method: 'GET',
        path: `${configMaps}/a`,
        accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
      },
      {
        method: 'GET',
        path: `${configMaps}?fieldSelector=metadata.name%3Da`,
        accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
      },
      { method: 'GET', path: configMaps, accept: 'text/html' },
    ],
  },
];
