/** What is the same for all pods of a node. */
export interface EngineSettings {
  /** The type in container ids, for example `containerd`. */
  readonly runtimeName: string;
  /** What a pod in the host's network namespace has for addresses. */
  readonly hostIPs: readonly string[];
  /** The runtime can change the resources of a running container. */
  readonly resizes: boolean;
  /** The runtime can change the resources of the pod as a whole. */
  readonly resizesPods: boolean;
  /** The runtime makes ready what pods need on the host, and wants to be asked for it. */
  readonly prepares: boolean;
  /** The runtime takes away what a pod that has ended had on the host. */
  readonly releases: boolean;
}
