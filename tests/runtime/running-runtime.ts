/** A container or sandbox, as the runtime itself has it. */
export interface RuntimeContainer {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether its process runs. */
  readonly running: boolean;
}

/** A container runtime of its own: with root, state, socket and network that nothing else uses. */
export interface RunningRuntime {
  /** As it calls itself in the CRI. */
  readonly name: 'containerd' | 'cri-o';
  readonly endpoint: string;
  /** Where its streaming server is. */
  readonly streamingAddress: string;
  /** Where a test may have a registry that it pulls from. */
  readonly registry: { readonly host: string; readonly port: number };
  /** A directory that goes with it. */
  readonly directory: string;
  /** The file that its output goes to. */
  readonly log: string;
  /** All containers and sandboxes, whoever made them, read past the CRI provider. */
  containers(): Promise<RuntimeContainer[]>;
  /** The ids of all containers, sandboxes and processes of theirs. */
  ids(): Promise<string[]>;
  /** How many processes of containers and sandboxes there are; costs next to nothing. */
  countProcesses(): Promise<number>;
  /** Kills the daemon, not the containers, and starts it again. */
  restart(): Promise<void>;
  /** Stops everything and leaves nothing behind. */
  close(): Promise<void>;
}
