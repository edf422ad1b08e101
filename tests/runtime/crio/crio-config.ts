import type { PrivateNetwork } from '../containerd/private-network.ts';
import { pauseImage } from '../containerd/local-images.ts';
import type { CrioPrograms } from './find-crio.ts';

/** What CRI-O is told: everything that it keeps lies in one directory, and nothing of `/etc` is read. */
export function crioConfig(
  directory: string,
  { conmon, pinns, runc, cni }: CrioPrograms,
  { address }: PrivateNetwork,
): string {
  return `[crio]
root = "${directory}/storage"
runroot = "${directory}/run"
storage_driver = "overlay"
log_dir = "${directory}/crio-logs"
version_file = "${directory}/version"
version_file_persist = "${directory}/version-persist"
clean_shutdown_file = "${directory}/clean-shutdown"
[crio.api]
listen = "${directory}/c.sock"
stream_address = "${address}"
stream_port = "0"
[crio.runtime]
default_runtime = "runc"
cgroup_manager = "cgroupfs"
conmon_cgroup = "pod"
pinns_path = "${pinns}"
namespaces_dir = "${directory}/ns"
container_exits_dir = "${directory}/exits"
container_attach_socket_dir = "${directory}/attach"
irqbalance_config_restore_file = "disable"
hooks_dir = []
[crio.runtime.runtimes.runc]
runtime_path = "${runc}"
runtime_type = "oci"
runtime_root = "${directory}/runc"
monitor_path = "${conmon}"
monitor_cgroup = "pod"
[crio.image]
pause_image = "${pauseImage}"
pause_command = "/pause"
signature_policy = "${directory}/policy.json"
[crio.network]
network_dir = "${directory}/net.d"
plugin_dirs = ["${cni}"]
[crio.nri]
enable_nri = false
`;
}

/** Any image is taken, signed or not. */
export const signaturePolicy: string = JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] });

/** The images of the tests have names without a registry of their own; they come from the one at this address. */
export function registriesConfig(address: string, { hostAddress, registryPort }: PrivateNetwork): string {
  return `[[registry]]
prefix = "localhost"
location = "${address}"
insecure = true
[[registry]]
location = "${hostAddress}:${registryPort}"
insecure = true
`;
}
