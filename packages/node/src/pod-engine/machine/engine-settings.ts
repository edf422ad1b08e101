/** What is the same for all pods of a node. */
export interface EngineSettings {
  /** The type in container ids, for example `containerd`. */
  readonly runtimeName: string;
  /** What a pod in the host's network namespace has for addresses. */
  readonly hostIPs: readonly string[];
  /** The runtime can change the resources of a running container. */
  readonly resizes: boolean;
}
