import type { IssuedCertificate } from '../certificates/certificate-authority.ts';

export interface KubeconfigParts {
  url: string;
  /** PEM. */
  caCertificate: string;
  user: { token: string } | IssuedCertificate;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** A kubeconfig for one user of the cluster, as YAML. */
export function formatKubeconfig({ url, caCertificate, user }: KubeconfigParts): string {
  const credentials =
    'token' in user
      ? `token: ${user.token}`
      : `client-certificate-data: ${base64(user.certificate)}\n    client-key-data: ${base64(user.privateKey)}`;
  return `apiVersion: v1
kind: Config
clusters:
- name: devcluster
  cluster:
    server: ${url}
    certificate-authority-data: ${base64(caCertificate)}
users:
- name: admin
  user:
    ${credentials}
contexts:
- name: devcluster
  context:
    cluster: devcluster
    user: admin
current-context: devcluster
`;
}
