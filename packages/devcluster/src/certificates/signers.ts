import type { ReadCertificateRequest } from './read-certificate-request.ts';

/** The signers whose certificates the cluster's own authority signs. */
export const clientSigner = 'kubernetes.io/kube-apiserver-client';
export const kubeletClientSigner = 'kubernetes.io/kube-apiserver-client-kubelet';
export const kubeletServingSigner = 'kubernetes.io/kubelet-serving';

function usagesProblem(usages: readonly string[], purpose: string): string | undefined {
  const given = [...new Set(usages)].sort().join();
  const wanted = ['digital signature', 'key encipherment', purpose].sort();
  if (given === wanted.join() || given === wanted.filter((usage) => usage !== 'key encipherment').join()) {
    return undefined;
  }
  return `usages did not match [${wanted.join(' ')}]`;
}

function organizationProblem({ organizations }: ReadCertificateRequest): string | undefined {
  const isNodes = organizations.length === 1 && organizations[0] === 'system:nodes';
  return isNodes ? undefined : 'subject organization is not system:nodes';
}

function commonNameProblem({ commonName }: ReadCertificateRequest): string | undefined {
  return commonName.startsWith('system:node:') ? undefined : 'subject common name does not begin with system:node:';
}

function clientUsagesProblem(usages: readonly string[]): string | undefined {
  const optional = ['digital signature', 'key encipherment', 'client auth'];
  const wrong = usages.find((usage) => !optional.includes(usage));
  if (wrong !== undefined) return `invalid usage for client certificate: ${wrong}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}

function kubeletServingProblem(request: ReadCertificateRequest, usages: readonly string[]): string | undefined {
  const hasNames = request.dnsNames.length + request.ipAddresses.length > 0;
  return (
    organizationProblem(request) ??
    (hasNames ? undefined : 'DNS or IP subjectAltName is required') ??
    (request.emailAddresses.length > 0 ? 'Email subjectAltNames are not allowed' : undefined) ??
    (request.uris.length > 0 ? 'URI subjectAltNames are not allowed' : undefined) ??
    usagesProblem(usages, 'server auth') ??
    commonNameProblem(request)
  );
}

function kubeletClientProblem(request: ReadCertificateRequest, usages: readonly string[]): string | undefined {
  return (
    organizationProblem(request) ??
    (request.dnsNames.length > 0 ? 'DNS subjectAltNames are not allowed' : undefined) ??
    (request.emailAddresses.length > 0 ? 'Email subjectAltNames are not allowed' : undefined) ??
    (request.ipAddresses.length > 0 ? 'IP subjectAltNames are not allowed' : undefined) ??
    (request.uris.length > 0 ? 'URI subjectAltNames are not allowed' : undefined) ??
    commonNameProblem(request) ??
    usagesProblem(usages, 'client auth')
  );
}

/** Why a signer does not sign a request, in kube-controller-manager's words; `unknown` for somebody else's signer. */
export function signerProblem(
  signerName: string,
  request: ReadCertificateRequest,
  usages: readonly string[],
): { unknown: true } | { problem: string | undefined } {
  switch (signerName) {
    case clientSigner:
      return { problem: clientUsagesProblem(usages) };
    case kubeletClientSigner:
      return { problem: kubeletClientProblem(request, usages) };
    case kubeletServingSigner:
      return { problem: kubeletServingProblem(request, usages) };
    default:
      return { unknown: true };
  }
}
