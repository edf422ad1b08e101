import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SelectedContext } from '../../kube/kube-config-file.ts';

/** Writes a kubeconfig with the cluster of another one, and a client certificate that is read anew from its file when it changes. */
export async function writeClientKubeconfig(
  path: string,
  { cluster, namespace }: Pick<SelectedContext, 'cluster' | 'namespace'>,
  certificatePath: string,
): Promise<void> {
  const name = 'default';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [
      {
        name,
        cluster: {
          server: cluster.server,
          'certificate-authority-data': cluster.caData,
          'certificate-authority': cluster.caFile,
          'tls-server-name': cluster.tlsServerName,
          'insecure-skip-tls-verify': cluster.skipTLSVerify || undefined,
          'proxy-url': cluster.proxyUrl,
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    users: [{ name, user: { 'client-certificate': certificatePath, 'client-key': certificatePath } }],
  };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // JSON is YAML too.
  await writeFile(`${path}.new`, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
