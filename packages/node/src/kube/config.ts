import { access } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { delimiter, join } from 'node:path';
import { type Clock, systemClock } from '../work/clock.ts';
import { authProviderHeaders } from './client-library.ts';
import { createCredentials, type Credentials, type Headers, type Source } from './credentials.ts';
import { ExecPlugin, type ExecPluginConfig } from './exec-plugin.ts';
import { KubeConfigError } from './kube-config-error.ts';
import { readKubeConfigFiles, type SelectedContext } from './kube-config-file.ts';
import { WatchedFile } from './watched-file.ts';

/** Where the API server is and how it is convinced. */
export interface KubeCluster {
  /** An http or https URL, perhaps with a path, without a slash at its end. */
  readonly server: string;
  readonly credentials: Credentials;
  /** An http, https or socks5 proxy in between. */
  readonly proxyUrl?: string;
  /** The namespace of the context, or of the pod that we run in. */
  readonly namespace?: string;
  /** Where all this was found, in words for a log line. */
  readonly source: string;
}

export interface LoadKubeConfigOptions {
  /** A kubeconfig file. */
  readonly path?: string | undefined;
  /** The context in it; its current context by default. */
  readonly context?: string | undefined;
  /** `KUBECONFIG`, `HOME` and `KUBERNETES_SERVICE_*` are looked up here; credential plugins get all of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Replaces the address of the API server; alone, without a kubeconfig, it is used without credentials. */
  readonly server?: string | undefined;
  readonly clock?: Clock;
  /** Where a pod finds its service account. */
  readonly serviceAccountDirectory?: string;
}

const defaultServiceAccountDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Finds the API server: the given kubeconfig, else the files of `KUBECONFIG`, else `~/.kube/config`, else the service account
 * of the pod that we run in. Throws a {@link KubeConfigError} that says what was looked for.
 */
export async function loadKubeConfig(options: LoadKubeConfigOptions): Promise<KubeCluster> {
  const { environment, server } = options;
  const paths = await kubeConfigPaths(options);
  if (paths.length > 0) {
    const selected = await readKubeConfigFiles(paths, options.context);
    const cluster = await clusterFrom(selected, options);
    const source = `context "${selected.context}" of ${paths.join(', ')}`;
    return withServer({ ...cluster, source }, server);
  }
  if (environment['KUBERNETES_SERVICE_HOST']) return withServer(await inCluster(options), server);
  if (server !== undefined) {
    return withServer({ server, credentials: createCredentials({}), source: 'the given address, without credentials' });
  }
  throw new KubeConfigError(
    'no cluster to connect to: no kubeconfig was given, KUBECONFIG is not set, there is no ~/.kube/config, and this is not a pod in a cluster',
  );
}

async function kubeConfigPaths(options: LoadKubeConfigOptions): Promise<string[]> {
  if (options.path) return [options.path];
  const { KUBECONFIG, HOME, USERPROFILE } = options.environment;
  const listed = KUBECONFIG?.split(delimiter).filter(Boolean) ?? [];
  if (listed.length > 0) {
    const present = await Promise.all(listed.map(isThere));
    const found = listed.filter((_path, index) => present[index]);
    if (found.length === 0) throw new KubeConfigError(`KUBECONFIG names ${listed.join(', ')}, which cannot be read`);
    return found;
  }
  const home = HOME || USERPROFILE;
  const standard = home ? join(home, '.kube', 'config') : undefined;
  return standard !== undefined && (await isThere(standard)) ? [standard] : [];
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

async function clusterFrom(
  selected: SelectedContext,
  options: LoadKubeConfigOptions,
): Promise<Omit<KubeCluster, 'source'>> {
  const { cluster, user, moreOfUser, namespace } = selected;
  const clock = options.clock ?? systemClock;
  const source = (file: string | undefined, data: string | undefined, what: string): Source | undefined => {
    // As in kubectl, the data wins over the file.
    if (data) return decode(data, what);
    return file ? new WatchedFile(file, clock) : undefined;
  };
  const credentials = createCredentials({
    ca: source(cluster.caFile, cluster.caData, 'certificate-authority-data'),
    cert: source(user?.certFile, user?.certData, 'client-certificate-data'),
    key: source(user?.keyFile, user?.keyData, 'client-key-data'),
    token: moreOfUser.tokenFile ? new WatchedFile(moreOfUser.tokenFile, clock) : user?.token || undefined,
    servername: cluster.tlsServerName || undefined,
    insecureSkipTlsVerify: cluster.skipTLSVerify,
    username: user?.username || undefined,
    password: user?.password || undefined,
    exec: execPlugin(selected, options, clock),
    moreHeaders: user?.authProvider ? await authProviderHeaders(user) : undefined,
    fixedHeaders: impersonationHeaders(selected),
  });
  return {
    server: cluster.server,
    credentials,
    ...(cluster.proxyUrl ? { proxyUrl: cluster.proxyUrl } : {}),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

function execPlugin(selected: SelectedContext, options: LoadKubeConfigOptions, clock: Clock): ExecPlugin | undefined {
  const { cluster, moreOfCluster } = selected;
  const config = selected.user?.exec as ExecPluginConfig | null | undefined;
  if (!config) return undefined;
  if (config.interactiveMode === 'Always') {
    throw new KubeConfigError(`the credential plugin ${config.command} wants a terminal, and there is none`);
  }
  const clusterInfo = {
    server: options.server ?? cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.skipTLSVerify || undefined,
    'certificate-authority-data': cluster.caData,
    'proxy-url': cluster.proxyUrl,
    config: moreOfCluster.extensions?.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.extension,
  };
  return new ExecPlugin({ config, environment: options.environment, clock, clusterInfo });
}

/** See "user impersonation" in the Kubernetes documentation on authentication. */
function impersonationHeaders({ user, moreOfUser }: SelectedContext): Headers {
  const headers: Record<string, string | readonly string[]> = {};
  if (user?.impersonateUser) headers['impersonate-user'] = user.impersonateUser;
  if (moreOfUser['as-uid']) headers['impersonate-uid'] = moreOfUser['as-uid'];
  if (moreOfUser['as-groups']) headers['impersonate-group'] = moreOfUser['as-groups'];
  for (const [key, values] of Object.entries(moreOfUser['as-user-extra'] ?? {})) {
    headers[`impersonate-extra-${encodeURIComponent(key)}`] = values;
  }
  return headers;
}

async function inCluster(options: LoadKubeConfigOptions): Promise<KubeCluster> {
  const { environment } = options;
  const clock = options.clock ?? systemClock;
  const directory = options.serviceAccountDirectory ?? defaultServiceAccountDirectory;
  const host = environment['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = environment['KUBERNETES_SERVICE_PORT_HTTPS'] ?? environment['KUBERNETES_SERVICE_PORT'] ?? '443';
  const namespaceFile = join(directory, 'namespace');
  const namespace = (await isThere(namespaceFile))
    ? (await new WatchedFile(namespaceFile, clock).read()).trim()
    : undefined;
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    credentials: createCredentials({
      ca: new WatchedFile(join(directory, 'ca.crt'), clock),
      token: new WatchedFile(join(directory, 'token'), clock),
    }),
    ...(namespace === undefined ? {} : { namespace }),
    source: `the service account in ${directory}`,
  };
}

function withServer(cluster: KubeCluster, override?: string): KubeCluster {
  const server = (override ?? cluster.server).replace(/\/+$/, '');
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new KubeConfigError(`"${server}" is not an http or https address of an API server`);
  }
  return { ...cluster, server };
}

function decode(data: string, what: string): string {
  const text = Buffer.from(data, 'base64').toString('utf8');
  if (!text.includes('-----BEGIN')) throw new KubeConfigError(`${what} in the kubeconfig is not PEM in base64`);
  return text;
}
