import { type Case, mergePatch } from './case.ts';
import { nodeRequest } from './certificate-cases.ts';

const node = { user: 'system:node:{namespace}', groups: ['system:nodes'] };
const inNamespace = '/api/v1/namespaces/{namespace}';
const pods = `${inNamespace}/pods`;
const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const containers = [{ name: 'c', image: 'busybox' }];
const spec = { containers, automountServiceAccountToken: false };

/** What a user that is a node may do. */
export const nodeCases: readonly Case[] = [
  {
    name: 'a user that is a node',
    steps: [
      { method: 'POST', path: '/api/v1/nodes', as: node, body: { metadata: { name: '{namespace}' } } },
      { method: 'POST', path: '/api/v1/nodes', as: node, body: { metadata: { name: 'another' } } },
      { method: 'GET', path: '/api/v1/nodes', as: node },
      { method: 'GET', path: '/api/v1/nodes/another', as: node },
      { method: 'DELETE', path: '/api/v1/nodes/{namespace}', as: node },
      {
        method: 'PATCH',
        path: '/api/v1/nodes/{namespace}',
        as: node,
        contentType: mergePatch,
        body: { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } },
      },
      {
        method: 'PATCH',
        path: '/api/v1/nodes/{namespace}',
        as: node,
        contentType: mergePatch,
        body: { metadata: { labels: { 'node-restriction.kubernetes.io/a': 'b', 'kubernetes.io/foo': 'c', own: 'd' } } },
      },
      {
        method: 'PATCH',
        path: '/api/v1/nodes/another/status',
        as: node,
        contentType: mergePatch,
        body: { status: { phase: 'Running' } },
      },
      { method: 'POST', path: leases, as: node, body: { metadata: { name: 'another' } } },
      { method: 'GET', path: `${leases}/another`, as: node },
      { method: 'GET', path: leases, as: node },
      { method: 'GET', path: '/apis/coordination.k8s.io/v1/namespaces/default/leases/x', as: node },
      { method: 'GET', path: '/api/v1/pods', as: node },
      { method: 'GET', path: `${pods}/unknown`, as: node },
      { method: 'GET', path: `${inNamespace}/secrets`, as: node },
      { method: 'GET', path: `${inNamespace}/secrets/unknown`, as: node },
      { method: 'GET', path: '/api/v1/secrets', as: node },
      { method: 'PUT', path: `${inNamespace}/configmaps/x`, as: node, body: { metadata: { name: 'x' } } },
      { method: 'GET', path: `${inNamespace}/persistentvolumeclaims`, as: node },
      { method: 'GET', path: '/api/v1/namespaces', as: node },
      { method: 'POST', path: pods, as: node, body: { metadata: { name: 'p' }, spec } },
      {
        method: 'POST',
        path: pods,
        as: node,
        body: {
          metadata: { name: 'p', annotations: { 'kubernetes.io/config.mirror': 'x' } },
          spec: { ...spec, nodeName: '{namespace}' },
        },
      },
      {
        method: 'POST',
        path: pods,
        isSetup: true,
        body: { metadata: { name: 'other' }, spec: { ...spec, nodeName: 'other' } },
      },
      {
        method: 'PATCH',
        path: `${pods}/other/status`,
        as: node,
        contentType: mergePatch,
        body: { status: { phase: 'Running' } },
      },
      {
        method: 'PATCH',
        path: `${pods}/other`,
        as: node,
        contentType: mergePatch,
        body: { metadata: { labels: { a: 'b' } } },
      },
      { method: 'POST', path: `${inNamespace}/serviceaccounts/default/token`, as: node, body: { spec: {} } },
      {
        method: 'POST',
        path: '/apis/certificates.k8s.io/v1/certificatesigningrequests',
        as: node,
        body: {
          metadata: { name: '{namespace}' },
          spec: {
            signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
            request: nodeRequest,
            usages: ['digital signature', 'client auth'],
          },
        },
      },
    ],
  },
];
