export interface KubeconfigOptions {
  readonly name: string;
  readonly server: string;
  /** PEM. */
  readonly certificateAuthority: string;
  readonly user: string;
  readonly token: string;
}

/** A kubeconfig with one cluster, one user and one context, all in the file itself. */
export function kubeconfig({ name, server, certificateAuthority, user, token }: KubeconfigOptions): string {
  return `apiVersion: v1
kind: Config
current-context: ${name}
clusters:
- name: ${name}
  cluster:
    server: ${server}
    certificate-authority-data: ${Buffer.from(certificateAuthority).toString('base64')}
contexts:
- name: ${name}
  context:
    cluster: ${name}
    user: ${user}
users:
- name: ${user}
  user:
    token: ${token}
`;
}
