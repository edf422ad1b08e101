import type { PrivateNetwork } from './private-network.ts';
import { pauseImage } from './local-images.ts';

/** Where a containerd has its things, all in one directory. */
export interface ContainerdPlaces {
  readonly directory: string;
  readonly socket: string;
  readonly cni: string;
}

/**
 * `restrict_oom_score_adj`: without CAP_SYS_RESOURCE runc could not lower the score of a sandbox, and fails. `Root`: the state of
 * containers goes with the directory, not only when their shims see to it.
 */
export function containerdConfig({ directory, socket, cni }: ContainerdPlaces, { address }: PrivateNetwork): string {
  return `version = 2
root = "${directory}/root"
state = "${directory}/state"
[grpc]
  address = "${socket}"
[ttrpc]
  address = "${socket}.ttrpc"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  disable_apparmor = true
  sandbox_image = "${pauseImage}"
  stream_server_address = "${address}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        Root = "${directory}/runc"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${cni}"
    conf_dir = "${directory}/net.d"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${directory}/certs.d"
`;
}

/** How the registry of a test is spoken with, for the file `hosts.toml` of its directory below `certs.d`. */
export function registryHostConfig({ hostAddress, registryPort }: PrivateNetwork): string {
  const url = `http://${hostAddress}:${registryPort}`;
  return `server = "${url}"
[host."${url}"]
  capabilities = ["pull", "resolve"]
`;
}

export function networkConfig(directory: string, { podSubnet }: PrivateNetwork): string {
  const ipam = {
    type: 'host-local',
    dataDir: `${directory}/ipam`,
    ranges: [[{ subnet: podSubnet }]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  return JSON.stringify({
    cniVersion: '0.4.0',
    name: 'vk-test',
    plugins: [
      { type: 'bridge', bridge: 'vkt0', isGateway: true, ipMasq: false, hairpinMode: true, ipam },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  });
}
