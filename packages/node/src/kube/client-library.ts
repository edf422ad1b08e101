/**
 * The only place that loads @kubernetes/client-node at run time, and as little of it as will do. Its kubeconfig entries are
 * read by `config_types`, which costs next to nothing; `config` brings every generated model along (about 85 MiB) and is
 * loaded only for a user with one of the old built-in `auth-provider`s.
 */
import type { RequestOptions } from 'node:https';
import type { Cluster, Context, User } from '@kubernetes/client-node';

/** The entries of a kubeconfig file, checked for the fields that they must have. Throws an error that names the entry. */
export async function readEntries(file: {
  readonly clusters?: unknown;
  readonly users?: unknown;
  readonly contexts?: unknown;
}): Promise<KubeConfigEntries> {
  const { newClusters, newUsers, newContexts } = await import('@kubernetes/client-node/dist/config_types.js');
  return { clusters: newClusters(file.clusters), users: newUsers(file.users), contexts: newContexts(file.contexts) };
}

export interface KubeConfigEntries {
  readonly clusters: readonly Cluster[];
  readonly users: readonly User[];
  readonly contexts: readonly Context[];
}

/** The headers that the library works out for a user with an `auth-provider`, renewed by the library itself. */
export async function authProviderHeaders(user: User): Promise<() => Promise<Record<string, string>>> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  // The address is of no interest: nothing is sent by the library.
  config.loadFromClusterAndUser({ name: 'unused', server: 'https://unused', skipTLSVerify: false }, user);
  return async () => {
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const headers = Object.entries((options.headers ?? {}) as Record<string, unknown>);
    return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), String(value)]));
  };
}
