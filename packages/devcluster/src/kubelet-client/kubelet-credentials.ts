import type { ConnectionOptions } from 'node:tls';

/** As whom the API server goes to nodes, and whom it takes for a node. */
export interface KubeletCredentials {
  /** The client certificate, as PEM. */
  certificate: string;
  /** As PEM. */
  privateKey: string;
  /**
   * The authority of the nodes' serving certificates, as PEM. Absent: they are not checked, as by a kube-apiserver
   * without `--kubelet-certificate-authority`.
   */
  certificateAuthority?: string;
}

/** The TLS of a connection to a node. */
export type KubeletTls = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'minVersion'>;

export function kubeletTls(credentials: KubeletCredentials, options: { skipVerify?: boolean } = {}): KubeletTls {
  const { certificate, privateKey, certificateAuthority } = credentials;
  const verifies = certificateAuthority !== undefined && options.skipVerify !== true;
  return {
    cert: certificate,
    key: privateKey,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: verifies,
    ...(verifies && { ca: certificateAuthority }),
  };
}
