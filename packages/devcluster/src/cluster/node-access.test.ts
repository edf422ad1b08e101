import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newCertificateRequest } from '../certificates/testing/certificate-requests.ts';
import type { UserInfo } from '../registry/registry.ts';
import { createInProcessCluster, type InProcessCluster } from './in-process-cluster.ts';
import { ask } from './testing/ask.ts';

const user: UserInfo = { name: 'system:node:n', groups: ['system:nodes'] };
const namespace = '/api/v1/namespaces/default';
const unrelated = "no relationship found between node 'n' and this object";

let cluster: InProcessCluster;

function pod(name: string, nodeName: string, volumes: object[] = []): object {
  return { metadata: { name }, spec: { nodeName, volumes, containers: [{ name: 'c', image: 'i' }] } };
}

async function answerTo(question: { method?: string; path: string; body?: object }): Promise<string> {
  const { status, body } = await ask(cluster, { ...question, user });
  return status < 400 ? String(status) : `${status} ${body.message}`;
}

beforeEach(async () => {
  cluster = createInProcessCluster({ scheduler: false, nodeLifecycle: false });
  for (const name of ['mine', 'other']) {
    await ask(cluster, { path: `${namespace}/secrets`, body: { metadata: { name } } });
    await ask(cluster, { path: `${namespace}/configmaps`, body: { metadata: { name } } });
  }
  const volumes = [
    { name: 's', secret: { secretName: 'mine' } },
    { name: 'p', projected: { sources: [{ configMap: { name: 'mine' } }] } },
  ];
  await ask(cluster, { path: `${namespace}/pods`, body: pod('mine', 'n', volumes) });
  await ask(cluster, { path: `${namespace}/pods`, body: pod('other', 'm') });
});
afterEach(() => cluster.close());

describe('a user that is a node reads', () => {
  it('its own Node and no other', async () => {
    expect(await answerTo({ path: '/api/v1/nodes', body: { metadata: { name: 'n' } } })).toBe('201');
    expect(await answerTo({ path: '/api/v1/nodes/n' })).toBe('200');
    expect(await answerTo({ path: '/api/v1/nodes?fieldSelector=metadata.name%3Dn' })).toBe('200');
    expect(await answerTo({ path: '/api/v1/nodes' })).toContain(
      "node 'n' cannot read all nodes, only its own Node object",
    );
    expect(await answerTo({ path: '/api/v1/nodes/m' })).toContain("node 'n' cannot read 'm', only its own Node object");
  });

  it('the pods that are bound to it', async () => {
    expect(await answerTo({ path: '/api/v1/pods?fieldSelector=spec.nodeName%3Dn' })).toBe('200');
    expect(await answerTo({ path: `${namespace}/pods/mine` })).toBe('200');
    expect(await answerTo({ path: '/api/v1/pods' })).toContain(
      'can only list/watch pods with spec.nodeName field selector',
    );
    expect(await answerTo({ path: `${namespace}/pods/other` })).toBe(
      `403 pods "other" is forbidden: User "system:node:n" cannot get resource "pods" in API group "" in the namespace "default": ${unrelated}`,
    );
  });

  it.each(['secrets', 'configmaps'])('the %s that its pods name', async (plural) => {
    expect(await answerTo({ path: `${namespace}/${plural}/mine` })).toBe('200');
    expect(await answerTo({ path: `${namespace}/${plural}?fieldSelector=metadata.name%3Dmine` })).toBe('200');
    expect(await answerTo({ path: `${namespace}/${plural}/other` })).toContain(unrelated);
    expect(await answerTo({ path: `${namespace}/${plural}` })).toContain('No Object name found');
  });

  it('services and runtime classes, as the role of nodes has it', async () => {
    expect(await answerTo({ path: '/api/v1/services' })).toBe('200');
    expect(await answerTo({ path: '/api/v1/namespaces' })).toContain('403');
    const configuration = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication';
    expect(await answerTo({ path: configuration })).toContain(unrelated);
  });
});

describe('a user that is a node changes', () => {
  it('the status of its pods only, and not their labels', async () => {
    const patch = async (name: string, body: object): Promise<string> => {
      const { status, body: answer } = await ask(cluster, {
        method: 'PATCH',
        path: `${namespace}/pods/${name}/status`,
        headers: { 'content-type': 'application/merge-patch+json' },
        body,
        user,
      });
      return status < 400 ? String(status) : `${status} ${answer.message}`;
    };
    expect(await patch('mine', { status: { phase: 'Running' } })).toBe('200');
    expect(await patch('mine', { metadata: { labels: { a: 'b' } } })).toContain(
      'cannot update labels through pod status',
    );
    expect(await patch('other', { status: { phase: 'Running' } })).toContain(
      'node "n" can only update pod status for pods with spec.nodeName set to itself',
    );
  });

  it('no pods but mirror pods, and deletes its own only', async () => {
    expect(await answerTo({ path: `${namespace}/pods`, body: pod('new', 'n') })).toContain(
      'can only create mirror pods',
    );
    expect(await answerTo({ method: 'DELETE', path: `${namespace}/pods/other` })).toContain(
      'node "n" can only delete pods with spec.nodeName set to itself',
    );
    expect(await answerTo({ method: 'DELETE', path: `${namespace}/pods/mine` })).toBe('200');
  });

  it('its own Node and lease, without the labels that it may not set', async () => {
    const node = (name: string, labels: object): object => ({ metadata: { name, labels } });
    const path = '/api/v1/nodes';
    expect(await answerTo({ path, body: node('m', {}) })).toContain('node "n" is not allowed to modify node "m"');
    expect(await answerTo({ path, body: node('n', { 'node-restriction.kubernetes.io/a': 'b' }) })).toContain(
      'node "n" is not allowed to set the following labels: node-restriction.kubernetes.io/a',
    );
    expect(await answerTo({ path, body: node('n', { 'kubernetes.io/os': 'linux', mine: 'x' }) })).toBe('201');
    const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
    expect(await answerTo({ path: leases, body: { metadata: { name: 'n' } } })).toBe('201');
    expect(await answerTo({ path: leases, body: { metadata: { name: 'm' } } })).toContain(
      'can only access node lease with the same name as the requesting node',
    );
  });

  it('nothing about its taints', async () => {
    await answerTo({ path: '/api/v1/nodes', body: { metadata: { name: 'n' } } });
    const { body } = await ask(cluster, { path: '/api/v1/nodes/n' });
    const spec = { ...body.spec, taints: [{ key: 'a', effect: 'NoSchedule' }] };
    expect(await answerTo({ method: 'PUT', path: '/api/v1/nodes/n', body: { ...body, spec } })).toContain(
      'node "n" is not allowed to modify taints',
    );
  });

  it('nothing about its owners, with which it could be deleted by somebody else and come back without its taints (CVE-2025-5187)', async () => {
    await answerTo({ path: '/api/v1/nodes', body: { metadata: { name: 'n' } } });
    const { body } = await ask(cluster, { path: '/api/v1/nodes/n' });
    const owner = { apiVersion: 'v1', kind: 'Node', name: 'm', uid: 'none' };
    const metadata = { ...body.metadata, ownerReferences: [owner] };
    expect(await answerTo({ method: 'PUT', path: '/api/v1/nodes/n', body: { ...body, metadata } })).toContain(
      'node "n" is not allowed to modify ownerReferences',
    );
  });

  it.each<[string, object, string]>([
    ['claims of devices', { resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }] }, 'resourceclaims'],
    ['secrets', { volumes: [{ name: 'v', secret: { secretName: 'other' } }] }, 'secrets'],
    [
      'tokens',
      { volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }] },
      'serviceaccounts (via projected volumes)',
    ],
    ['CSI drivers', { volumes: [{ name: 'v', csi: { driver: 'd' } }] }, 'csidrivers (via CSI volumes)'],
  ])('no mirror pods that need %s (CVE-2025-4563)', async (_, spec, plural) => {
    await answerTo({ path: '/api/v1/nodes', body: { metadata: { name: 'n' } } });
    const { body: stored } = await ask(cluster, { path: '/api/v1/nodes/n' });
    const mirror = {
      metadata: {
        name: 'mirror',
        annotations: { 'kubernetes.io/config.mirror': 'x' },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n', uid: stored.metadata?.uid, controller: true }],
      },
      spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] },
    };
    const path = `${namespace}/pods`;
    expect(await answerTo({ path, body: { ...mirror, spec: { ...mirror.spec, ...spec } } })).toContain(
      `node "n" can not create pods that reference ${plural}`,
    );
    expect(await answerTo({ path, body: mirror })).toBe('201');
  });

  it('no claims of devices in the status of its pods (CVE-2025-4563)', async () => {
    const { status, body } = await ask(cluster, {
      method: 'PATCH',
      path: `${namespace}/pods/mine/status`,
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { status: { resourceClaimStatuses: [{ name: 'gpu', resourceClaimName: 'gpu' }] } },
      user,
    });
    expect([status, body.message]).toEqual([
      403,
      expect.stringContaining('node "n" cannot update resource claim statues'),
    ]);
  });

  it('certificate requests for itself only', async () => {
    const create = async (commonName: string): Promise<string> => {
      const request = await newCertificateRequest({ commonName, organizations: ['system:nodes'], dnsNames: ['n'] });
      const spec = {
        signerName: 'kubernetes.io/kubelet-serving',
        usages: ['digital signature', 'server auth'],
        request,
      };
      const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
      return answerTo({ path, body: { metadata: { name: commonName.at(-1) }, spec } });
    };
    expect(await create('system:node:n')).toBe('201');
    expect(await create('system:node:m')).toContain('can only create a node CSR with CN=system:node:n');
  });

  it('asks for tokens of the pods that are bound to it, for their audiences', async () => {
    const path = `${namespace}/serviceaccounts/default/token`;
    const { body } = await ask(cluster, { path: `${namespace}/pods/mine` });
    const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name: 'mine', uid: body.metadata?.uid };
    expect(await answerTo({ path, body: { spec: { boundObjectRef } } })).toBe('201');
    expect(await answerTo({ path, body: { spec: { boundObjectRef, audiences: ['vault'] } } })).toContain(
      'audience "vault" not found in pod spec volume',
    );
    expect(await answerTo({ path, body: { spec: {} } })).toContain('node requested token not bound to a pod');
  });
});
