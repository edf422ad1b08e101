export interface KubeconfigParts {
  url: string;
  /** PEM. */
  caCertificate: string;
  token: string;
}

/** A kubeconfig for the administrator of the cluster, as YAML. */
export function formatKubeconfig({ url, caCertificate, token }: KubeconfigParts): string {
  return `apiVersion: v1
kind: Config
clusters:
- name: devcluster
  cluster:
    server: ${url}
    certificate-authority-data: ${Buffer.from(caCertificate).toString('base64')}
users:
- name: admin
  user:
    token: ${token}
contexts:
- name: devcluster
  context:
    cluster: devcluster
    user: admin
current-context: devcluster
`;
}
