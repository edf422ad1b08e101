import { kubernetesServiceAddress } from '../resources/services/service-addresses.ts';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  type CertificateAuthority,
  createCertificateAuthority,
  type IssuedCertificate,
} from '../certificates/certificate-authority.ts';
import { issueKubeletClientCertificate } from '../certificates/kubelet-client-certificate.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { ResourceDefinition } from '../registry/definition.ts';
import type { NodeLifecycleTimes } from '../node-lifecycle/start-node-lifecycle.ts';
import type { Registry } from '../registry/registry.ts';
import { certificateAuthenticator, tokenAuthenticator } from '../server/authentication.ts';
import type { Intercept } from '../server/intercept.ts';
import { serveUpgrades } from '../server/upgrade.ts';
import { createClusterCore } from './cluster-core.ts';
import { formatKubeconfig } from './kubeconfig.ts';
import { NotLoopbackError } from './not-loopback-error.ts';

export interface DevClusterOptions {
  /** The port to listen on; 0, the default, takes a free one. */
  port?: number;
  /** A loopback address, `127.0.0.1` by default. */
  host?: string;
  /** Where time comes from; the system's clock by default. */
  clock?: Clock;
  /** What `/version` says, for example `v1.36.3`. */
  serverVersion?: string;
  /** How many changes of each resource are kept for watches and for paging; 8,192 by default. */
  watchWindow?: number;
  /** The administrator's token; random by default. */
  token?: string;
  /** Called before every request; may answer with a failure instead. */
  intercept?: Intercept;
  /** The resources to serve; by default all that the package knows. */
  definitions?: readonly ResourceDefinition[];
  /**
   * The authority that the serving certificates of nodes have to come from, as PEM, or `cluster` for the cluster's own.
   * Absent: they are not checked, as by a kube-apiserver without `--kubelet-certificate-authority`.
   */
  kubeletCertificateAuthority?: string;
  /**
   * Whether WebSockets of exec, attach and port-forward go through to nodes that declare that they take them, as behind the
   * feature gate of this name from Kubernetes 1.36 on; true by default. Without, nodes are spoken to by SPDY, as before.
   */
  extendWebSocketsToKubelet?: boolean;
  /** Whether pods are given nodes; true by default. Without, they wait until somebody binds them. */
  scheduler?: boolean;
  /** The times of the node lifecycle, or false for none: then no node goes NotReady by silence. */
  nodeLifecycle?: NodeLifecycleTimes | false;
  /**
   * Whether client and serving certificates that nodes ask for are approved at once, if they are as a kubelet's must be;
   * true by default. Else serving certificates wait for `kubectl certificate approve`, as in other clusters, and client
   * certificates are approved for those whose roles allow it.
   */
  approveNodeCertificates?: boolean;
  /** Told of what goes wrong in the scheduler and the node lifecycle, which try again; by default a warning of the process. */
  onLoopError?: (error: unknown) => void;
}

/** Somebody by a client certificate: the user is its common name, the groups are its organizations. */
export interface ClientIdentity {
  name: string;
  groups?: readonly string[];
}

/** A Kubernetes API that runs in this process. */
export interface DevCluster {
  /** `https://127.0.0.1:<port>`. */
  url: string;
  /** A kubeconfig for the administrator, as YAML. */
  kubeconfig: string;
  /** The cluster's own certificate authority, as PEM. */
  caCertificate: string;
  /** The administrator's bearer token. */
  token: string;
  clock: Clock;
  /** The objects and the operations on them, without HTTP between; for tests and for loops of one's own. */
  registry: Registry;
  /** Writes the kubeconfig to a file that only its owner can read. */
  writeKubeconfig(path: string): Promise<void>;
  /**
   * A client certificate of the cluster's authority, good for a year. For one that is no longer good, or that somebody
   * else signed, see `certificateAuthority.issue` and `createCertificateAuthority`.
   */
  issueClientCertificate(user: ClientIdentity): Promise<IssuedCertificate>;
  /** A kubeconfig with a client certificate for somebody, who may do what the cluster's roles allow. */
  kubeconfigFor(user: ClientIdentity): Promise<string>;
  certificateAuthority: CertificateAuthority;
  /** Ends every request and watch, and stops listening. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const loopback = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

async function closeServer(server: Server, endUpgrades: () => void): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
    endUpgrades();
  });
}

/**
 * Starts a development cluster: a Kubernetes API over HTTPS on a loopback address, with its objects in memory. It is
 * for prototyping and tests. Throws NotLoopbackError for any other address, and the system's error for a port in use.
 */
export async function createDevCluster(options: DevClusterOptions = {}): Promise<DevCluster> {
  const { host = '127.0.0.1', clock = systemClock } = options;
  if (!loopback.test(host)) throw new NotLoopbackError(host);
  const token = options.token ?? randomBytes(24).toString('base64url');
  // Certificates are judged by clients against the real time, whatever the cluster's clock says.
  const now = Date.now();
  const authority = await createCertificateAuthority({ commonName: 'devcluster-ca', now });
  const serving = await authority.issue({
    commonName: 'kube-apiserver',
    usages: ['server'],
    dnsNames: ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'],
    ipAddresses: ['127.0.0.1', '::1', kubernetesServiceAddress],
    days: 365,
    now,
  });
  const kubeletClient = await issueKubeletClientCertificate(authority, now);
  const { kubeletCertificateAuthority: kubeletAuthority } = options;
  const core = createClusterCore({
    extendWebSocketsToKubelet: options.extendWebSocketsToKubelet,
    clock,
    kubeletCredentials: () =>
      Promise.resolve({
        ...kubeletClient,
        ...(kubeletAuthority !== undefined && {
          certificateAuthority: kubeletAuthority === 'cluster' ? authority.certificate : kubeletAuthority,
        }),
      }),
    authenticators: (tokens) => [certificateAuthenticator, tokenAuthenticator(tokens)],
    adminToken: { token, user: { name: 'kubernetes-admin', groups: ['system:masters'] } },
    intercept: options.intercept,
    serverVersion: options.serverVersion,
    watchWindow: options.watchWindow,
    definitions: options.definitions,
  });
  const server = createServer(
    {
      cert: serving.certificate,
      key: serving.privateKey,
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      keepAliveTimeout: 120_000,
    },
    (request, response) => void core.handler(request, response),
  );
  const endUpgrades = serveUpgrades(server, core.handler);
  const port = await listen(server, host, options.port ?? 0);
  const url = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  core.start({
    caCertificate: authority.certificate,
    host,
    port,
    scheduler: options.scheduler,
    nodeLifecycle: options.nodeLifecycle,
    onLoopError: options.onLoopError,
    certificates: {
      authority: () => Promise.resolve(authority),
      now: () => Date.now(),
      approvesNodes: options.approveNodeCertificates ?? true,
    },
  });
  const kubeconfig = formatKubeconfig({ url, caCertificate: authority.certificate, user: { token } });
  const issueClientCertificate = ({ name, groups = [] }: ClientIdentity): Promise<IssuedCertificate> =>
    authority.issue({ commonName: name, organizations: groups, usages: ['client'], days: 365, now: Date.now() });
  const close = async (): Promise<void> => {
    if (core.stop()) await closeServer(server, endUpgrades);
  };
  return {
    url,
    kubeconfig,
    caCertificate: authority.certificate,
    token,
    clock,
    registry: core.registry,
    writeKubeconfig: (path) => writeFile(path, kubeconfig, { mode: 0o600 }),
    issueClientCertificate,
    kubeconfigFor: async (user) =>
      formatKubeconfig({ url, caCertificate: authority.certificate, user: await issueClientCertificate(user) }),
    certificateAuthority: authority,
    close,
    [Symbol.asyncDispose]: close,
  };
}
