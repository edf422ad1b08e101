import type { CertificateAuthority } from '@vk/devcluster';
import type { ClusterClient } from './cluster-client.ts';

/** A request that somebody made, as the cluster saw it. */
export interface ObservedRequest {
  readonly user: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Where the cluster knows it: the development cluster notes a request before it is answered. */
  readonly code?: number;
}

/** Somebody who is known by a client certificate. */
export interface ClusterUser {
  readonly name: string;
  readonly groups: readonly string[];
}

/** A Kubernetes API that tests run against, whatever it is made of. */
export interface TestCluster {
  readonly kind: 'development cluster' | 'real API server';
  /** For a report: what it is and in which version. */
  readonly description: string;
  readonly url: string;
  /** Where nodes are to listen, so that the cluster reaches them. */
  readonly nodeAddress: string;
  /** The authority of the API server's certificate, as PEM. */
  readonly caCertificate: string;
  /** That of the API server's certificate, and of clients. */
  readonly certificateAuthority: CertificateAuthority;
  /** Of its own, in the temporary directory; removed by `close`. */
  readonly directory: string;
  /** For a user who may do everything. */
  readonly kubeconfig: string;
  /** For the same user. */
  readonly client: ClusterClient;
  /** Whether pods without a node are given one. */
  readonly schedules: boolean;
  /** Writes a kubeconfig for a user with a client certificate, and gives its path. */
  kubeconfigFor(user: ClusterUser): Promise<string>;
  /** A token of a service account of the namespace `default`, which is made if need be, that was good until some time ago. */
  expiredToken(serviceAccount: string): Promise<string>;
  /** Ends the API server while all else goes on. */
  takeApiServerAway(): Promise<void>;
  /** What the user has asked for since the start, oldest first, watches included. */
  requestsOf(user: string): Promise<readonly ObservedRequest[]>;
  /** Stops everything and removes the directory. */
  close(): Promise<void>;
}
