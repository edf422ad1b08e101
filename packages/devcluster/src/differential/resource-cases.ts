import { type Case, mergePatch, strategicPatch, table } from './case.ts';

const pods = '/api/v1/namespaces/{namespace}/pods';
const leases = '/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases';
const container = { name: 'c', image: 'busybox' };
const spec = { automountServiceAccountToken: false, containers: [container] };

/** What single resources do beyond plain storage. */
export const resourceCases: readonly Case[] = [
  {
    name: 'pods are defaulted, updated and refused',
    steps: [
      { method: 'POST', path: pods, body: { metadata: { name: 'a' }, spec } },
      { method: 'POST', path: pods, body: { metadata: { name: 'token' }, spec: { containers: [container] } } },
      { method: 'POST', path: pods, body: { metadata: { name: 'b' }, spec: { containers: [] } } },
      { method: 'POST', path: pods, body: { metadata: { name: 'b' }, spec: { containers: [{ name: 'C' }] } } },
      { method: 'POST', path: pods, body: { metadata: { name: 'b' }, spec: { containers: [{ name: 1 }] } } },
      { method: 'POST', path: pods, body: { metadata: { name: 'b' }, spec: { containers: 'x' } } },
      { method: 'POST', path: pods, body: { metadata: { name: 'b' }, spec: [] } },
      { method: 'POST', path: pods, body: { metadata: { name: 'b' }, spec: { ...spec, priority: 1.5 } } },
      { method: 'POST', path: pods, body: { metadata: { name: 'b' }, spec: { ...spec, restartPolicy: 'Sometimes' } } },
      {
        method: 'POST',
        path: pods,
        body: {
          metadata: { name: 'b' },
          spec: { ...spec, containers: [{ ...container, resources: { requests: { cpu: 'much' } } }] },
        },
      },
      {
        method: 'POST',
        path: `${pods}?fieldValidation=Strict`,
        body: {
          metadata: { name: 'b' },
          spec: { ...spec, containers: [{ ...container, livenessProbe: { more: 1 } }] },
        },
      },
      {
        method: 'PATCH',
        path: `${pods}/a`,
        contentType: strategicPatch,
        body: { spec: { containers: [{ name: 'c', image: 'other' }] } },
      },
      {
        method: 'PATCH',
        path: `${pods}/a`,
        contentType: strategicPatch,
        body: { spec: { containers: [{ image: 'x' }] } },
      },
      { method: 'PATCH', path: `${pods}/a`, contentType: mergePatch, body: { spec: { nodeName: 'n' } } },
      { method: 'PATCH', path: `${pods}/a`, contentType: mergePatch, body: { spec: { hostNetwork: false } } },
      {
        method: 'PATCH',
        path: `${pods}/a/status`,
        contentType: mergePatch,
        body: { metadata: { uid: 'other' }, status: { phase: 'Running' } },
      },
      {
        method: 'PATCH',
        path: `${pods}/a/status`,
        contentType: strategicPatch,
        body: {
          metadata: { labels: { through: 'status' } },
          spec: { nodeName: 'n' },
          status: {
            phase: 'Running',
            conditions: [{ type: 'Ready', status: 'True' }],
            podIPs: [{ ip: '192.168.0.1' }],
            containerStatuses: [{ name: 'c', state: { running: {} } }],
          },
        },
      },
      {
        method: 'PATCH',
        path: `${pods}/a/status`,
        contentType: strategicPatch,
        body: {
          status: {
            '$setElementOrder/podIPs': [{ ip: '192.168.0.2' }],
            podIPs: [{ ip: '192.168.0.2' }, { ip: '192.168.0.1', $patch: 'delete' }],
          },
        },
      },
      { method: 'GET', path: `${pods}/a`, accept: table },
      { method: 'GET', path: `${pods}?fieldSelector=status.phase%3DRunning`, accept: table },
      { method: 'GET', path: `${pods}/a/none` },
    ],
  },
  {
    name: 'pods are bound and deleted with grace',
    steps: [
      {
        method: 'POST',
        path: pods,
        body: { metadata: { name: 'a' }, spec },
        capture: { first: 'metadata.resourceVersion' },
      },
      { method: 'POST', path: `${pods}/a/binding`, body: { metadata: { name: 'a' }, target: {} } },
      {
        method: 'POST',
        path: `${pods}/a/binding`,
        body: { metadata: { name: 'a' }, target: { kind: 'Node', name: 'n' } },
      },
      {
        method: 'POST',
        path: `${pods}/a/binding`,
        body: { metadata: { name: 'a' }, target: { kind: 'Node', name: 'm' } },
      },
      {
        method: 'POST',
        path: `${pods}/missing/binding`,
        body: { metadata: { name: 'missing' }, target: { name: 'n' } },
      },
      { method: 'GET', path: `${pods}/a` },
      { method: 'DELETE', path: `${pods}/a` },
      { method: 'DELETE', path: `${pods}/a` },
      { method: 'DELETE', path: `${pods}/a`, body: { gracePeriodSeconds: 40 } },
      { method: 'DELETE', path: `${pods}/a`, body: { gracePeriodSeconds: 3 } },
      { method: 'POST', path: `${pods}/a/binding`, body: { target: { name: 'n' } } },
      { method: 'DELETE', path: `${pods}/a`, body: { gracePeriodSeconds: 0 } },
      { method: 'GET', path: `${pods}/a` },
      { method: 'GET', path: `${pods}?watch=true&resourceVersion={first}&timeoutSeconds=2`, events: 5 },
      { method: 'POST', path: pods, body: { metadata: { name: 'unbound' }, spec }, isSetup: true },
      { method: 'DELETE', path: `${pods}/unbound` },
      { method: 'POST', path: pods, body: { metadata: { name: 'evicted' }, spec }, isSetup: true },
      {
        method: 'POST',
        path: `${pods}/evicted/eviction`,
        body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'evicted' } },
      },
    ],
  },
  {
    name: 'leases',
    steps: [
      {
        method: 'POST',
        path: leases,
        body: { metadata: { name: 'a' }, spec: { holderIdentity: 'h', renewTime: '2026-01-01T00:00:00.000000Z' } },
      },
      { method: 'PUT', path: `${leases}/a`, body: { metadata: { name: 'a' }, spec: { holderIdentity: 'i' } } },
      { method: 'PUT', path: `${leases}/b`, body: { metadata: { name: 'b' }, spec: { leaseDurationSeconds: 40 } } },
      { method: 'POST', path: leases, body: { metadata: { name: 'c' }, spec: { leaseDurationSeconds: -1 } } },
      { method: 'POST', path: leases, body: { metadata: { name: 'c' }, spec: { renewTime: 'yesterday' } } },
      { method: 'GET', path: `${leases}/a`, accept: table },
      { method: 'GET', path: `${leases}/missing` },
      { method: 'DELETE', path: `${leases}/b` },
    ],
  },
  {
    name: 'namespaces',
    steps: [
      { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: '{namespace}-inner' } } },
      { method: 'DELETE', path: '/api/v1/namespaces/default' },
      { method: 'DELETE', path: '/api/v1/namespaces' },
      {
        method: 'PATCH',
        path: '/api/v1/namespaces/{namespace}-inner',
        contentType: mergePatch,
        body: { spec: { finalizers: null } },
      },
      { method: 'GET', path: '/api/v1/namespaces/{namespace}-inner', accept: table },
      { method: 'DELETE', path: '/api/v1/namespaces/{namespace}-inner' },
    ],
  },
  {
    name: 'nodes',
    steps: [
      {
        method: 'POST',
        path: '/api/v1/nodes',
        body: { metadata: { name: '{namespace}-node' }, spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } },
      },
      {
        method: 'PATCH',
        path: '/api/v1/nodes/{namespace}-node/status',
        contentType: strategicPatch,
        body: {
          status: {
            capacity: { cpu: '2000m', memory: '1024Mi', pods: 110 },
            conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
            addresses: [{ type: 'InternalIP', address: '192.168.0.1' }],
          },
        },
      },
      {
        method: 'PATCH',
        path: '/api/v1/nodes/{namespace}-node',
        contentType: strategicPatch,
        body: { spec: { unschedulable: true } },
      },
      { method: 'GET', path: '/api/v1/nodes/{namespace}-node', accept: table },
      { method: 'POST', path: '/api/v1/nodes', body: { metadata: { name: 'Not_Valid' } } },
      { method: 'DELETE', path: '/api/v1/nodes/{namespace}-node' },
    ],
  },
  {
    name: 'events in both versions',
    steps: [
      {
        method: 'POST',
        path: '/api/v1/namespaces/{namespace}/events',
        body: {
          metadata: { name: 'a' },
          involvedObject: { kind: 'Pod', name: 'p', namespace: '{namespace}' },
          reason: 'R',
          message: 'M',
          type: 'Normal',
        },
      },
      { method: 'GET', path: '/apis/events.k8s.io/v1/namespaces/{namespace}/events/a' },
      { method: 'GET', path: '/apis/events.k8s.io/v1/namespaces/{namespace}/events?fieldSelector=regarding.name%3Dp' },
      {
        method: 'GET',
        path: '/api/v1/namespaces/{namespace}/events?fieldSelector=involvedObject.name%3Dp',
        accept: table,
      },
      {
        method: 'POST',
        path: '/apis/events.k8s.io/v1/namespaces/{namespace}/events',
        body: {
          metadata: { name: 'b' },
          eventTime: '2026-01-01T00:00:00.000000Z',
          reportingController: 'example.com/c',
          reportingInstance: 'i',
          action: 'Acting',
          reason: 'R',
          type: 'Normal',
          note: 'N',
          regarding: { kind: 'Pod', name: 'p', namespace: '{namespace}' },
        },
      },
      { method: 'GET', path: '/api/v1/namespaces/{namespace}/events/b' },
      {
        method: 'POST',
        path: '/api/v1/namespaces/{namespace}/events',
        body: { metadata: { name: 'c' }, involvedObject: { namespace: 'other' } },
      },
    ],
  },
  {
    name: 'services, secrets and service accounts',
    steps: [
      {
        method: 'POST',
        path: '/api/v1/namespaces/{namespace}/services',
        body: { metadata: { name: 'a' }, spec: { ports: [{ port: 80 }], selector: { x: 'y' } } },
      },
      { method: 'POST', path: '/api/v1/namespaces/{namespace}/services', body: { metadata: { name: 'b' }, spec: {} } },
      { method: 'GET', path: '/api/v1/namespaces/{namespace}/services/a', accept: table },
      { method: 'DELETE', path: '/api/v1/namespaces/{namespace}/services/a' },
      {
        method: 'POST',
        path: '/api/v1/namespaces/{namespace}/secrets',
        body: { metadata: { name: 'a' }, stringData: { k: 'v' } },
      },
      {
        method: 'POST',
        path: '/api/v1/namespaces/{namespace}/secrets',
        body: { metadata: { name: 'b' }, data: { k: '!' } },
      },
      { method: 'GET', path: '/api/v1/namespaces/{namespace}/secrets/a', accept: table },
      { method: 'POST', path: '/api/v1/namespaces/{namespace}/serviceaccounts', body: { metadata: { name: 'a' } } },
      { method: 'DELETE', path: '/api/v1/namespaces/{namespace}/serviceaccounts/a' },
    ],
  },
  {
    name: 'paths and methods',
    steps: [
      { method: 'GET', path: '/api/v1/nothing' },
      { method: 'GET', path: '/nothing' },
      { method: 'GET', path: '/apis/no.such.group/v1/things' },
      { method: 'PUT', path: '/api/v1/namespaces', body: {} },
      { method: 'POST', path: '/api/v1/namespaces/default', body: {} },
      { method: 'POST', path: '/api/v1/pods', body: {} },
      { method: 'GET', path: '/api/v1/namespaces/{namespace}/nodes' },
      { method: 'GET', path: '/apis/coordination.k8s.io' },
      { method: 'GET', path: '/apis/no.such.group' },
      { method: 'GET', path: '/healthz' },
    ],
  },
];
