import { join } from 'node:path';
import type { PodRef } from '@vk/node/provider';

/** Where things of pods lie on this host. */
export interface HostPaths {
  /** The volumes of this node's pods. */
  readonly volumes: string;
  /** What the provider itself keeps for a pod: its stamp, hosts files, termination messages. */
  podDirectory(uid: string): string;
  readonly pods: string;
  readonly logs: string;
  /** `<namespace>_<name>_<uid>`, which log collectors know from the kubelet. */
  logDirectory(ref: PodRef): string;
  /** Where the logs of all runs of one container are. */
  containerLogs(ref: PodRef, container: string): string;
  /** Relative to the pod's log directory. */
  logPath(container: string, attempt: number): string;
  logFile(ref: PodRef, container: string, attempt: number): string;
  /** The file that is mounted where a run of a container leaves its last words. */
  terminationMessage(uid: string, container: string, attempt: number): string;
}

/**
 * @param root of this node alone.
 * @param logs may be shared by several nodes: directories carry the UIDs of pods.
 */
export function hostPaths(root: string, logs: string): HostPaths {
  const pods = join(root, 'pods');
  const podDirectory = (uid: string): string => join(pods, segment(uid));
  const logDirectory = ({ namespace, name, uid }: PodRef): string => join(logs, segment(`${namespace}_${name}_${uid}`));
  const logPath = (container: string, attempt: number): string => `${segment(container)}/${attempt}.log`;
  return {
    volumes: join(root, 'volumes'),
    pods,
    podDirectory,
    logs,
    logDirectory,
    containerLogs: (ref, container) => join(logDirectory(ref), segment(container)),
    logPath,
    logFile: (ref, container, attempt) => join(logDirectory(ref), logPath(container, attempt)),
    terminationMessage: (uid, container, attempt) =>
      join(podDirectory(uid), 'containers', segment(container), `${attempt}.termination`),
  };
}

/** A name from the API as one segment of a path. */
function segment(name: string): string {
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) {
    throw new RangeError(`${JSON.stringify(name)} is not a file name`);
  }
  return name;
}
