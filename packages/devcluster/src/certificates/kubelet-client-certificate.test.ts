import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { createCertificateAuthority } from './certificate-authority.ts';
import { issueKubeletClientCertificate } from './kubelet-client-certificate.ts';

it('is the API server before nodes, by a certificate of the authority of the cluster', async () => {
  const now = Date.now();
  const authority = await createCertificateAuthority({ commonName: 'authority', now });
  const { certificate, privateKey } = await issueKubeletClientCertificate(authority, now);
  const read = new X509Certificate(certificate);
  expect(read.subject.split('\n').sort()).toEqual(['CN=kube-apiserver-kubelet-client', 'O=system:masters']);
  expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  expect(read.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
  expect(privateKey).toContain('PRIVATE KEY');
});
