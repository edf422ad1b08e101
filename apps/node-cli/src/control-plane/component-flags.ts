/** The files and addresses of one control plane. */
export interface ControlPlanePaths {
  readonly etcdData: string;
  readonly certificates: string;
  readonly tokens: string;
  readonly signingKey: string;
  /** The authority of client certificates, and the one with which the API server comes to nodes. */
  readonly clientCa: string;
  readonly kubeletClientCertificate: string;
  readonly kubeletClientKey: string;
}

const host = '127.0.0.1';

/** etcd for one process on this machine; nothing of it outlives the run, so nothing is synced to disk. */
export function etcdFlags({ data, port }: { readonly data: string; readonly port: number }): string[] {
  const client = `http://${host}:${port}`;
  return [
    `--data-dir=${data}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=http://${host}:0`,
    '--unsafe-no-fsync',
  ];
}

export interface ApiServerFlagOptions {
  readonly paths: ControlPlanePaths;
  readonly port: number;
  readonly etcdPort: number;
  /** Without somebody who creates service accounts, pods must be let in without one. */
  readonly serviceAccounts: boolean;
}

/** kube-apiserver with a certificate that it signs itself, and the admission and authorisation of a real cluster. */
export function apiServerFlags({ paths, port, etcdPort, serviceAccounts }: ApiServerFlagOptions): string[] {
  return [
    `--etcd-servers=http://${host}:${etcdPort}`,
    `--secure-port=${port}`,
    `--bind-address=${host}`,
    `--advertise-address=${host}`,
    '--endpoint-reconciler-type=none',
    `--cert-dir=${paths.certificates}`,
    `--token-auth-file=${paths.tokens}`,
    `--client-ca-file=${paths.clientCa}`,
    `--kubelet-client-certificate=${paths.kubeletClientCertificate}`,
    `--kubelet-client-key=${paths.kubeletClientKey}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    ...(serviceAccounts ? [] : ['--disable-admission-plugins=ServiceAccount']),
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${paths.signingKey}`,
    `--service-account-signing-key-file=${paths.signingKey}`,
    '--service-cluster-ip-range=10.0.0.0/16',
    '--allow-privileged=true',
  ];
}

export function schedulerFlags(kubeconfig: string): string[] {
  return [...clientFlags(kubeconfig), '--leader-elect=false'];
}

export interface ControllerManagerFlagOptions {
  readonly kubeconfig: string;
  readonly paths: ControlPlanePaths;
  readonly certificateAuthority: string;
}

export function controllerManagerFlags(options: ControllerManagerFlagOptions): string[] {
  return [
    ...clientFlags(options.kubeconfig),
    '--leader-elect=false',
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${options.paths.signingKey}`,
    `--root-ca-file=${options.certificateAuthority}`,
  ];
}

/** They serve nothing here: their own ports stay closed. */
function clientFlags(kubeconfig: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    `--bind-address=${host}`,
    '--secure-port=0',
  ];
}
