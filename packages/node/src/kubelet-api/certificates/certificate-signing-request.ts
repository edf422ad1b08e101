import type { KubeObject, ResourceType } from '../../kube/resource.ts';

/** A CertificateSigningRequest of certificates.k8s.io/v1, as far as it is used here. */
export interface CertificateSigningRequest extends KubeObject {
  readonly spec: {
    /** The PEM text of the request, in base64. */
    readonly request: string;
    readonly signerName: string;
    readonly usages: readonly string[];
  };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly reason?: string; readonly message?: string }[];
    /** The PEM text of the chain, in base64. */
    readonly certificate?: string;
  };
}

export const certificateSigningRequests: ResourceType<CertificateSigningRequest> = {
  group: 'certificates.k8s.io',
  version: 'v1',
  plural: 'certificatesigningrequests',
  kind: 'CertificateSigningRequest',
  namespaced: false,
};

/** The two signers for nodes, and what they sign for a key on an elliptic curve. */
export const nodeSigners = {
  serving: { signerName: 'kubernetes.io/kubelet-serving', usages: ['digital signature', 'server auth'] },
  client: { signerName: 'kubernetes.io/kube-apiserver-client-kubelet', usages: ['digital signature', 'client auth'] },
} as const;

export type NodeSigner = (typeof nodeSigners)[keyof typeof nodeSigners];
