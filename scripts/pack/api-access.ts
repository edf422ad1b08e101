import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import { parse } from 'yaml';

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

interface PodEvent {
  readonly object: { readonly status?: { readonly phase?: string } };
}

export interface ApiAccess {
  /** Throws with the server's answer unless the object was created. */
  readonly create: (path: string, body: object) => Promise<void>;
  /** Watches until one pod has the phase. Throws when the watch ends before. */
  readonly podReaches: (namespace: string, name: string, phase: string) => Promise<void>;
}

/** The API of a kubeconfig with one cluster and one user with a token, by nothing but Node.js. */
export const accessByKubeconfig = (path: string): ApiAccess => {
  const { clusters, users } = parse(readFileSync(path, 'utf8')) as Kubeconfig;
  const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
  if (cluster === undefined || user === undefined) throw new Error(`${path} has no cluster or no user`);
  const send = (method: string, target: string, body?: object): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const sent = request(new URL(target, cluster.server), {
        method,
        ca: Buffer.from(cluster['certificate-authority-data'], 'base64'),
        headers: { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' },
      });
      sent.on('response', resolve).on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return {
    create: async (target, body) => {
      const response = await send('POST', target, body);
      const text = Buffer.concat(await response.toArray()).toString('utf8');
      if (response.statusCode !== 201) throw new Error(`POST ${target}: ${response.statusCode ?? 0} ${text}`);
    },
    podReaches: async (namespace, name, phase) => {
      const selector = encodeURIComponent(`metadata.name=${name}`);
      const response = await send('GET', `/api/v1/namespaces/${namespace}/pods?watch=true&fieldSelector=${selector}`);
      try {
        for await (const line of createInterface({ input: response })) {
          if ((JSON.parse(line) as PodEvent).object.status?.phase === phase) return;
        }
      } finally {
        response.destroy();
      }
      throw new Error(`The watch ended before ${namespace}/${name} was ${phase}`);
    },
  };
};
