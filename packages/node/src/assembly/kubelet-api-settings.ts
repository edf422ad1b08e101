import type { StreamTimeouts } from '../kubelet-api/kubelet-api-handler.ts';

/** How the serving certificate of the kubelet API is had. */
export type ServingCertificateSettings =
  /** Signed by this process: nobody can verify it. It is told in a warning. */
  | { readonly kind: 'self-signed' }
  /** PEM files that somebody else renews; they are read anew when they change. */
  | { readonly kind: 'files'; readonly certificateFile: string; readonly privateKeyFile: string }
  /**
   * Asked for by a CertificateSigningRequest of the signer kubernetes.io/kubelet-serving, which somebody has to approve. With a
   * directory it outlives the process.
   */
  | { readonly kind: 'csr'; readonly directory?: string | undefined };

/** An address to listen on. Port 0 takes a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** How the nodes serve the kubelet API: what `kubectl logs` and `kubectl exec` reach. Every request is authenticated and authorised. */
export interface KubeletApiSettings {
  /** The address to bind. By default the InternalIP of the node; without one nothing is served. */
  readonly bindAddress?: string | undefined;
  /** 0, the default, takes a free one. The Node publishes the port that it came to be. */
  readonly port?: number | undefined;
  /**
   * A listener for each node, which serves everything; or one for all, which serves what names a pod. By default each node has
   * its own where there is one, and several share one.
   */
  readonly listeners?: 'per-node' | 'shared' | undefined;
  /** Defaults to self-signed. */
  readonly servingCertificate?: ServingCertificateSettings | undefined;
  /**
   * The CA that client certificates are checked with, in a file; never that of the kubeconfig, which vouches for the API server
   * only. By default the one that the cluster publishes, where these credentials may read it.
   */
  readonly clientCaFile?: string | undefined;
  /** How long a good token counts as good. Defaults to 120,000. */
  readonly tokenCacheMilliseconds?: number | undefined;
  /** How long something counts as allowed. Defaults to 300,000. */
  readonly allowedCacheMilliseconds?: number | undefined;
  /** How long something counts as not allowed. Defaults to 30,000. */
  readonly deniedCacheMilliseconds?: number | undefined;
  readonly streams?: StreamTimeouts | undefined;
  /** Connections to one listener beyond this are closed at once. Defaults to 2,048. */
  readonly maximumConnections?: number | undefined;
  /** A listener of its own for `/metrics`, with the same certificate and the same authentication. */
  readonly metricsAddress?: ListenAddress | undefined;
}
