import type { CertificateAuthority, IssuedCertificate } from './certificate-authority.ts';

/**
 * The client certificate with which the API server dials the kubelet API of nodes: `kube-apiserver-kubelet-client` of
 * `system:masters`, so that a node which asks by SubjectAccessReview lets it in. `now` is real time, in milliseconds,
 * as the TLS of a node judges it.
 */
export function issueKubeletClientCertificate(
  authority: CertificateAuthority,
  now: number,
): Promise<IssuedCertificate> {
  return authority.issue({
    commonName: 'kube-apiserver-kubelet-client',
    organizations: ['system:masters'],
    usages: ['client'],
    days: 365,
    now,
  });
}
