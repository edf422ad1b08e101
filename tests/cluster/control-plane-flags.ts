import { testAddress as host } from './test-address.ts';

/** The files of one control plane. */
export interface ControlPlaneFiles {
  readonly etcdData: string;
  readonly caCertificate: string;
  /** With which the controller manager signs requests for certificates. */
  readonly caKey: string;
  readonly servingCertificate: string;
  readonly servingKey: string;
  /** With which the API server comes to nodes. */
  readonly kubeletClientCertificate: string;
  readonly kubeletClientKey: string;
  readonly serviceAccountKey: string;
  readonly auditPolicy: string;
  readonly auditLog: string;
}

/** Nothing of it outlives the test, so nothing is synced to disk. */
export function etcdFlags(data: string, port: number): string[] {
  const client = `http://${host}:${port}`;
  return [
    `--data-dir=${data}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=http://${host}:0`,
    '--unsafe-no-fsync',
    '--log-level=error',
  ];
}

export interface ApiServerFlagOptions {
  readonly files: ControlPlaneFiles;
  readonly port: number;
  readonly etcdPort: number;
  /** The feature gate of that name; the API server's default otherwise. */
  readonly extendWebSocketsToKubelet?: boolean;
  /** Whether the certificates that nodes serve with have to be of the cluster's authority; false by default, as in Kubernetes. */
  readonly verifiesNodes?: boolean;
}

/** Authorisation and admission as in a cluster, and every request in the audit log by the time when it is answered. */
export function apiServerFlags(options: ApiServerFlagOptions): string[] {
  const { files, port, etcdPort, extendWebSocketsToKubelet: gate, verifiesNodes = false } = options;
  return [
    ...(gate === undefined ? [] : [`--feature-gates=ExtendWebSocketsToKubelet=${gate}`]),
    ...(verifiesNodes ? [`--kubelet-certificate-authority=${files.caCertificate}`] : []),
    `--etcd-servers=http://${host}:${etcdPort}`,
    `--secure-port=${port}`,
    `--bind-address=${host}`,
    `--advertise-address=${host}`,
    '--endpoint-reconciler-type=none',
    `--tls-cert-file=${files.servingCertificate}`,
    `--tls-private-key-file=${files.servingKey}`,
    `--client-ca-file=${files.caCertificate}`,
    `--kubelet-client-certificate=${files.kubeletClientCertificate}`,
    `--kubelet-client-key=${files.kubeletClientKey}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--enable-bootstrap-token-auth=true',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${files.serviceAccountKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    '--service-cluster-ip-range=10.0.0.0/16',
    '--allow-privileged=true',
    `--audit-policy-file=${files.auditPolicy}`,
    `--audit-log-path=${files.auditLog}`,
    '--audit-log-mode=blocking',
  ];
}

/** Their own ports stay closed. */
function clientFlags(kubeconfig: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    `--bind-address=${host}`,
    '--secure-port=0',
    '--leader-elect=false',
    '--kube-api-qps=1000',
    '--kube-api-burst=1000',
  ];
}

export function schedulerFlags(kubeconfig: string): string[] {
  return clientFlags(kubeconfig);
}

export function controllerManagerFlags(kubeconfig: string, files: ControlPlaneFiles): string[] {
  return [
    ...clientFlags(kubeconfig),
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${files.serviceAccountKey}`,
    `--root-ca-file=${files.caCertificate}`,
    `--cluster-signing-cert-file=${files.caCertificate}`,
    `--cluster-signing-key-file=${files.caKey}`,
  ];
}

/** Who asked for what, and how it ended: no bodies. */
export const auditPolicy: string = JSON.stringify({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
});
