import { type Case, mergePatch, table } from './case.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const roles = `${rbac}/namespaces/{namespace}/roles`;
const bindings = `${rbac}/namespaces/{namespace}/rolebindings`;
const authorization = '/apis/authorization.k8s.io/v1';
const pods = '/api/v1/namespaces/{namespace}/pods';
const jane = { user: 'jane', groups: ['devs'] };

function rule(resource: string, ...verbs: string[]): object {
  return { apiGroups: [''], resources: [resource], verbs };
}

function reference(kind: string, name: string): object {
  return { apiGroup: 'rbac.authorization.k8s.io', kind, name };
}

/** Who may do what, and how it is said. */
export const accessCases: readonly Case[] = [
  {
    name: 'roles and bindings',
    steps: [
      { method: 'POST', path: roles, body: { metadata: { name: 'a' }, rules: [rule('pods', 'get', 'list')] } },
      { method: 'POST', path: roles, body: { metadata: { name: 'b' }, rules: [{ verbs: [] }] } },
      {
        method: 'POST',
        path: roles,
        body: { metadata: { name: 'b' }, rules: [{ verbs: ['get'], nonResourceURLs: ['/x'], resources: ['pods'] }] },
      },
      { method: 'POST', path: roles, body: { metadata: { name: 'empty' } } },
      { method: 'GET', path: roles, accept: table },
      {
        method: 'PATCH',
        path: `${roles}/a`,
        contentType: mergePatch,
        body: { rules: [rule('pods', 'get'), rule('secrets', '*')] },
      },
      {
        method: 'POST',
        path: bindings,
        body: {
          metadata: { name: 'a' },
          roleRef: { kind: 'Role', name: 'a' },
          subjects: [
            { kind: 'User', name: 'joe' },
            { kind: 'ServiceAccount', name: 'default', namespace: '{namespace}' },
          ],
        },
      },
      { method: 'GET', path: bindings, accept: table },
      {
        method: 'POST',
        path: bindings,
        body: {
          metadata: { name: 'b' },
          roleRef: { kind: 'Pod', name: '' },
          subjects: [
            { kind: 'Someone', name: '' },
            { kind: 'ServiceAccount', name: 'A', apiGroup: 'x' },
          ],
        },
      },
      {
        method: 'PATCH',
        path: `${bindings}/a`,
        contentType: mergePatch,
        body: { roleRef: { name: 'other' } },
      },
      {
        method: 'POST',
        path: `${rbac}/clusterroles`,
        body: { metadata: { name: '{namespace}' }, aggregationRule: {} },
      },
      {
        method: 'POST',
        path: `${rbac}/clusterrolebindings`,
        body: {
          metadata: { name: '{namespace}' },
          roleRef: reference('Role', 'a'),
          subjects: [{ kind: 'ServiceAccount', name: 'a' }],
        },
      },
      { method: 'GET', path: `${rbac}/clusterroles/system:node` },
      { method: 'GET', path: `${rbac}/clusterroles/system:kubelet-api-admin` },
      { method: 'GET', path: `${rbac}/namespaces/kube-system/roles/extension-apiserver-authentication-reader` },
      { method: 'GET', path: rbac },
    ],
  },
  {
    name: 'refusals for want of rights',
    steps: [
      { method: 'GET', path: pods, as: jane },
      { method: 'GET', path: '/api/v1/pods?watch=1', as: jane },
      { method: 'GET', path: `${pods}/p`, as: jane },
      { method: 'POST', path: `${pods}/p/portforward`, as: jane },
      { method: 'GET', path: '/api/v1/nodes/n/proxy/stats', as: jane },
      { method: 'DELETE', path: pods, as: jane },
      { method: 'POST', path: '/apis/apps/v1/namespaces/{namespace}/deployments', body: {}, as: jane },
      { method: 'GET', path: '/metrics', as: jane },
      { method: 'POST', path: '/version', as: jane },
      { method: 'GET', path: '/api', as: { user: 'system:anonymous' } },
      { method: 'GET', path: pods, as: { user: 'system:serviceaccount:{namespace}:default' } },
      {
        method: 'POST',
        path: bindings,
        body: {
          metadata: { name: 'missing' },
          roleRef: reference('Role', 'missing'),
          subjects: [{ kind: 'Group', name: 'devs' }],
        },
      },
      { method: 'GET', path: pods, as: jane },
    ],
  },
  {
    name: 'nobody gives more than they have',
    steps: [
      {
        method: 'POST',
        path: roles,
        isSetup: true,
        body: {
          metadata: { name: 'maker' },
          rules: [
            {
              verbs: ['create', 'get', 'update', 'patch'],
              apiGroups: ['rbac.authorization.k8s.io'],
              resources: ['roles', 'rolebindings'],
            },
            rule('pods', 'get', 'list'),
          ],
        },
      },
      {
        method: 'POST',
        path: bindings,
        isSetup: true,
        body: {
          metadata: { name: 'maker' },
          roleRef: reference('Role', 'maker'),
          subjects: [{ kind: 'User', name: 'jane' }],
        },
      },
      { method: 'POST', path: roles, as: jane, body: { metadata: { name: 'a' }, rules: [rule('pods', 'get')] } },
      {
        method: 'POST',
        path: roles,
        as: jane,
        body: {
          metadata: { name: 'b' },
          rules: [
            rule('pods', 'get', 'delete', 'watch'),
            { ...rule('secrets', 'get'), resourceNames: ['x', 'y'] },
            { apiGroups: ['apps'], resources: ['deployments', 'deployments/scale'], verbs: ['*'] },
          ],
        },
      },
      {
        method: 'PATCH',
        path: `${roles}/a`,
        as: jane,
        contentType: mergePatch,
        body: { rules: [rule('nodes', 'get')] },
      },
      {
        method: 'PATCH',
        path: `${roles}/a`,
        as: jane,
        contentType: mergePatch,
        body: { metadata: { labels: { a: 'b' } } },
      },
      {
        method: 'POST',
        path: bindings,
        as: jane,
        body: {
          metadata: { name: 'b' },
          roleRef: reference('ClusterRole', 'system:public-info-viewer'),
          subjects: [{ kind: 'User', name: 'joe' }],
        },
      },
      {
        method: 'POST',
        path: bindings,
        as: jane,
        body: {
          metadata: { name: 'c' },
          roleRef: reference('ClusterRole', 'system:kube-dns'),
          subjects: [{ kind: 'User', name: 'joe' }],
        },
      },
      {
        method: 'POST',
        path: bindings,
        as: jane,
        body: { metadata: { name: 'd' }, roleRef: reference('Role', 'missing'), subjects: [] },
      },
    ],
  },
  {
    name: 'reviews of access',
    steps: [
      { method: 'POST', path: `${authorization}/selfsubjectaccessreviews`, body: { spec: {} } },
      {
        method: 'POST',
        path: `${authorization}/selfsubjectaccessreviews`,
        body: {
          spec: { resourceAttributes: { verb: 'get', resource: 'pods' }, nonResourceAttributes: { path: '/x' } },
        },
      },
      {
        method: 'POST',
        path: `${authorization}/selfsubjectaccessreviews`,
        body: { spec: { resourceAttributes: { verb: '*', resource: '*', group: '*' } } },
      },
      {
        method: 'POST',
        path: `${authorization}/selfsubjectaccessreviews`,
        as: jane,
        body: { spec: { nonResourceAttributes: { verb: 'get', path: '/api' } } },
      },
      {
        method: 'POST',
        path: `${authorization}/subjectaccessreviews`,
        body: { spec: { resourceAttributes: { verb: 'get' } } },
      },
      {
        method: 'POST',
        path: `${authorization}/subjectaccessreviews`,
        body: {
          kind: 'SubjectAccessReview',
          apiVersion: 'authorization.k8s.io/v1',
          spec: { user: 'u', resourceAttributes: { verb: 'get', resource: 'nodes', subresource: 'proxy', name: 'n' } },
        },
      },
      {
        method: 'POST',
        path: `${authorization}/subjectaccessreviews`,
        body: {
          spec: {
            user: 'system:node:n',
            groups: ['system:nodes'],
            resourceAttributes: { verb: 'get', resource: 'secrets', name: 's', namespace: 'default' },
          },
        },
      },
      {
        method: 'POST',
        path: `${authorization}/namespaces/{namespace}/localsubjectaccessreviews`,
        body: { spec: { user: 'u', resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'other' } } },
      },
      {
        method: 'POST',
        path: `${authorization}/namespaces/{namespace}/localsubjectaccessreviews`,
        body: { spec: { user: 'u', resourceAttributes: { verb: 'get', resource: 'pods', namespace: '{namespace}' } } },
      },
      { method: 'POST', path: `${authorization}/selfsubjectrulesreviews`, body: { spec: {} } },
      { method: 'GET', path: `${authorization}/subjectaccessreviews` },
      { method: 'GET', path: authorization },
      { method: 'GET', path: '/apis/authentication.k8s.io/v1' },
      { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', as: jane, body: {} },
      { method: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews', body: { spec: {} } },
      { method: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews', body: { spec: { token: 'garbage' } } },
    ],
  },
];
