import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newCertificateRequest } from '../certificates/testing/certificate-requests.ts';
import type { UserInfo } from '../registry/registry.ts';
import type { CertificateSigningRequest } from '../resources/certificates/certificate-request-types.ts';
import { createInProcessCluster, type InProcessCluster } from './in-process-cluster.ts';
import { ask } from './testing/ask.ts';

const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const node: UserInfo = { name: 'system:node:n', groups: ['system:nodes', 'system:authenticated'] };
const client = 'kubernetes.io/kube-apiserver-client';
const serving = { signerName: 'kubernetes.io/kubelet-serving', usages: ['digital signature', 'server auth'] };
const nodeSubject = { commonName: 'system:node:n', organizations: ['system:nodes'] };

describe('a certificate signing request', () => {
  let cluster: InProcessCluster;
  const current = (name: string): CertificateSigningRequest | undefined =>
    cluster.registry.store.get('certificatesigningrequests', name)?.object as CertificateSigningRequest | undefined;
  const conditions = (name: string): string[] => current(name)?.status?.conditions?.map(({ type }) => type) ?? [];
  const issued = (name: string): X509Certificate =>
    new X509Certificate(Buffer.from(current(name)?.status?.certificate ?? '', 'base64'));
  const isIssued = (name: string): boolean => current(name)?.status?.certificate !== undefined;

  /** Resolves with the change of a request by which the condition comes to hold. */
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      if (holds()) return resolve();
      const stop = cluster.registry.store.subscribe('certificatesigningrequests', () => {
        if (!holds()) return;
        stop();
        resolve();
      });
    });

  const approve = async (name: string, user?: UserInfo): Promise<{ status: number; message: string | undefined }> => {
    const condition = { type: 'Approved', status: 'True', reason: 'Test', message: 'by a test' };
    const body = { ...current(name), status: { conditions: [condition] } };
    const answer = await ask(cluster, {
      method: 'PUT',
      path: `${path}/${name}/approval`,
      body,
      ...(user === undefined ? {} : { user }),
    });
    return { status: answer.status, message: answer.body.message };
  };

  beforeEach(() => {
    cluster = createInProcessCluster({ scheduler: false, nodeLifecycle: false });
  });
  afterEach(() => cluster.close());

  it('of a node for its serving certificate is approved and signed at once', async () => {
    const request = await newCertificateRequest({ ...nodeSubject, dnsNames: ['n'] });
    const spec = { ...serving, request, expirationSeconds: 3600 };
    const { status, body } = await ask(cluster, { path, body: { metadata: { name: 'a' }, spec }, user: node });
    expect(status).toBe(201);
    expect(body.spec).toMatchObject({ username: node.name, groups: node.groups });
    await until(() => isIssued('a'));
    const certificate = issued('a');
    expect(certificate.subject.split('\n').sort()).toEqual(['CN=system:node:n', 'O=system:nodes']);
    expect(certificate.subjectAltName).toBe('DNS:n');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    const seconds = (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / 1000;
    expect(seconds).toBe(3660);
  });

  it('waits where the cluster does not approve for nodes, and is signed after somebody approved it', async () => {
    cluster.close();
    cluster = createInProcessCluster({ scheduler: false, nodeLifecycle: false, approveNodeCertificates: false });
    const request = await newCertificateRequest({ ...nodeSubject, dnsNames: ['n'] });
    await ask(cluster, { path, body: { metadata: { name: 'a' }, spec: { ...serving, request } }, user: node });
    // Another request, which is approved by its rights, shows that the loop has looked at this one too.
    const spec = {
      signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
      usages: ['digital signature', 'client auth'],
      request: await newCertificateRequest(nodeSubject),
    };
    await ask(cluster, { path, body: { metadata: { name: 'b' }, spec } });
    await until(() => isIssued('b'));
    expect(conditions('a')).toEqual([]);
    expect(await approve('a')).toEqual({ status: 200, message: undefined });
    await until(() => isIssued('a'));
  });

  it('that is approved and is not as its signer wants it fails with the reason', async () => {
    const spec = {
      signerName: client,
      usages: ['server auth'],
      request: await newCertificateRequest({ commonName: 'x' }),
    };
    await ask(cluster, { path, body: { metadata: { name: 'a' }, spec } });
    await approve('a');
    await until(() => conditions('a').includes('Failed'));
    expect(current('a')?.status?.conditions?.[1]).toMatchObject({
      reason: 'SignerValidationFailure',
      message: 'invalid usage for client certificate: server auth',
    });
  });

  it('of a signer that is not here is left alone', async () => {
    const spec = {
      signerName: 'example.com/other',
      usages: ['client auth'],
      request: await newCertificateRequest({ commonName: 'x' }),
    };
    await ask(cluster, { path, body: { metadata: { name: 'a' }, spec } });
    await approve('a');
    expect(conditions('a')).toEqual(['Approved']);
    expect(isIssued('a')).toBe(false);
  });

  it('for system:masters is refused', async () => {
    const request = await newCertificateRequest({ commonName: 'x', organizations: ['system:masters'] });
    const spec = { signerName: client, usages: ['client auth'], request };
    const { status, body } = await ask(cluster, { path, body: { metadata: { name: 'a' }, spec } });
    expect(status).toBe(403);
    expect(body.message).toBe(
      'certificatesigningrequests.certificates.k8s.io "a" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    );
  });

  it('is not approved by somebody who may change it, but not approve for its signer', async () => {
    const rules = [{ apiGroups: ['certificates.k8s.io'], resources: ['*'], verbs: ['update'] }];
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    const roleRef = { kind: 'ClusterRole', name: 'r' };
    const subjects = [{ kind: 'User', name: 'jane' }];
    await ask(cluster, { path: `${rbac}/clusterroles`, body: { metadata: { name: 'r' }, rules } });
    await ask(cluster, { path: `${rbac}/clusterrolebindings`, body: { metadata: { name: 'r' }, roleRef, subjects } });
    const request = await newCertificateRequest({ commonName: 'x' });
    const spec = { signerName: client, usages: ['client auth'], request };
    await ask(cluster, { path, body: { metadata: { name: 'a' }, spec } });
    expect(await approve('a', { name: 'jane', groups: [] })).toEqual({
      status: 403,
      message:
        'certificatesigningrequests.certificates.k8s.io "a" is forbidden: user not permitted to approve requests with signerName "kubernetes.io/kube-apiserver-client"',
    });
  });

  it('whose signature is not by its key is invalid', async () => {
    const pem = Buffer.from(await newCertificateRequest({ commonName: 'x' }), 'base64').toString();
    const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
    const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
    const request = Buffer.from(forged).toString('base64');
    const spec = { signerName: client, usages: ['client auth'], request };
    const { status, body } = await ask(cluster, { path, body: { metadata: { name: 'a' }, spec } });
    expect(status).toBe(422);
    expect(body.message).toContain('spec.request: Invalid value:');
  });
});
