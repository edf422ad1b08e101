import { writeFile } from 'node:fs/promises';

/** How a user proves who it is. */
export type Credentials =
  | { readonly token: string }
  | {
      /** PEM. */
      readonly certificate: string;
      /** PEM. */
      readonly privateKey: string;
    };

export interface KubeconfigOptions {
  readonly server: string;
  /** PEM. */
  readonly caCertificate: string;
  readonly credentials: Credentials;
}

/** A kubeconfig with one cluster, one user and one context. JSON is YAML too. */
function formatKubeconfig({ server, caCertificate, credentials }: KubeconfigOptions): string {
  const encode = (pem: string): string => Buffer.from(pem).toString('base64');
  const user =
    'token' in credentials
      ? { token: credentials.token }
      : {
          'client-certificate-data': encode(credentials.certificate),
          'client-key-data': encode(credentials.privateKey),
        };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': encode(caCertificate) } }],
    users: [{ name: 'test', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  });
}

/** Writes it where only its owner can read it. */
export async function writeKubeconfig(path: string, options: KubeconfigOptions): Promise<string> {
  await writeFile(path, formatKubeconfig(options), { mode: 0o600 });
  return path;
}
