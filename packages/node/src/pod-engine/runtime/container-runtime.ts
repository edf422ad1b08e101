import type { CallContext } from '../../provider/call-context.ts';
import type { ContainerLogOptions, LogChunk } from '../../provider/container-logs.ts';
import type { PodRef } from '../../provider/pod-ref.ts';
import type { PreparedPod } from '../../provider/prepared-pod.ts';
import type { ImageCredentials } from '../../provider/provider-context.ts';
import type {
  AskedStreams,
  ContainerStreams,
  DuplexStream,
  StreamingAddress,
} from '../../provider/run-in-container.ts';
import type { PodStats } from '../../provider/statistics.ts';
import type { ResourceRequirements } from '../../provider/wire.ts';
import type { ContainerConfig, RuntimeContainer } from './container.ts';
import type { ImageStatus, PulledImage } from './image.ts';
import type { PodData } from './pod-data.ts';
import type { PodResources, PodSandboxConfig, RuntimeSandbox } from './sandbox.ts';

/** What a command that ran to its end left behind. A non-zero exit code is a result, not an error. */
export interface ExecSyncResult {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** Narrows a listing. Absent: everything that carries this node's stamp. */
export interface RuntimeFilter {
  readonly podUid?: string;
  /** Only these containers are asked for. A runtime that always lists all of a pod may do so here too. */
  readonly containerIds?: readonly string[];
}

/** What a runtime tells of a change: spares a listing where the engine knows it already. */
export interface RuntimeChange {
  /** Of the container, or of the sandbox: a sandbox that is up is `running`. */
  readonly id: string;
  readonly state: 'created' | 'running' | 'exited' | 'removed';
}

/** Something of this pod has changed. Without `change`, what it is, is for a listing to find out. */
export type RuntimeEventHandler = (podUid: string, change?: RuntimeChange) => void;

/**
 * A backend that runs containers. The verbs are those of the CRI; whoever has them gets pods from the pod engine.
 *
 * Every verb is idempotent: creating what exists under the same UID, name and attempt gives back its id; starting what runs,
 * and stopping or removing what is not there, is a success. What a listing leaves out does not exist: it is complete, or it
 * throws. Errors are those of the provider contract: `NotFound`, `InvalidInput` (the config can never be honoured as it is),
 * `Terminal`, `RetryAfter`; any other is transient.
 */
export interface ContainerRuntime {
  /** The type in container ids, for example `containerd`. Read anew each time: a runtime may say it late. */
  readonly name: string;

  /**
   * Makes ready what the pod needs on the host beside sandbox and images: its volumes, its log directory. Before the first
   * sandbox; once more in each process that takes the pod over, and for each change of the pod. From then on the contents
   * follow their sources (`PreparedVolume.subscribe`) until `releasePod`. Until it has succeeded once no container is started;
   * those that run go on. What it throws is told as FailedMount, and it is tried again: name the volume in the message, as in
   * `MountVolume.SetUp failed for volume "config" : ...`.
   */
  preparePod?(prepared: PreparedPod, call: CallContext): Promise<void>;
  /**
   * Takes the volumes away again: nothing of the pod runs or will run, its sandboxes are stopped. Logs stay. Also for a pod that
   * this process never prepared; asked for what is not there, it succeeds.
   */
  releasePod?(ref: PodRef, call: CallContext): Promise<void>;
  /** Removes all that is left of the pod on the host, volumes and logs. Its sandboxes are removed by then. */
  removePodData?(ref: PodRef, call: CallContext): Promise<void>;
  /** Of which pods there is something left on the host that `removePodData` would remove, whichever process made it. */
  listPodData?(filter: RuntimeFilter, call: CallContext): Promise<readonly PodData[]>;

  /**
   * Creates and starts the sandbox of this UID and attempt. Gives it as a listing would show it, with its addresses. `InvalidInput`
   * ends a pod that has not run yet: it was found out only now what cannot be honoured.
   */
  runPodSandbox(config: PodSandboxConfig, call: CallContext): Promise<RuntimeSandbox>;
  /** Stops the sandbox and whatever still runs in it. */
  stopPodSandbox(sandboxId: string, call: CallContext): Promise<void>;
  /** Removes a sandbox with its containers, stopping it first if it must. */
  removePodSandbox(sandboxId: string, call: CallContext): Promise<void>;
  listPodSandbox(filter: RuntimeFilter, call: CallContext): Promise<readonly RuntimeSandbox[]>;

  /** For a runtime that can change the resources of the pod as a whole (`spec.resources`) while it runs. */
  updatePodSandboxResources?(sandboxId: string, resources: PodResources, call: CallContext): Promise<void>;

  /** Creates the container of this name and attempt. Gives its id. */
  createContainer(sandboxId: string, config: ContainerConfig, call: CallContext): Promise<string>;
  /**
   * A container that could not be started and never can be is shown as exited from then on, or `InvalidInput` or `Terminal` is
   * thrown: its run has ended. After any other error the same container is started again, as long as it is shown as created.
   */
  startContainer(containerId: string, call: CallContext): Promise<void>;
  /** Sends the stop signal, waits up to `timeoutSeconds`, then kills. Resolves when the container has stopped. */
  stopContainer(containerId: string, timeoutSeconds: number, call: CallContext): Promise<void>;
  removeContainer(containerId: string, call: CallContext): Promise<void>;
  /** Running and finished containers, all attempts that are still there. */
  listContainers(filter: RuntimeFilter, call: CallContext): Promise<readonly RuntimeContainer[]>;
  /** For a runtime that can change limits and requests of a running container. */
  updateContainerResources?(containerId: string, resources: ResourceRequirements, call: CallContext): Promise<void>;

  /** Undefined when the image is not there. */
  imageStatus(image: string, call: CallContext): Promise<ImageStatus | undefined>;
  /** Tries the credentials in order, and at last without any. */
  pullImage(image: string, credentials: readonly ImageCredentials[], call: CallContext): Promise<PulledImage>;

  /** Runs a command to its end. Throws `ExecTimeoutError` when it took longer than `timeoutMilliseconds`; absent, it may take any time. */
  execSync(
    containerId: string,
    command: readonly string[],
    options: { readonly timeoutMilliseconds?: number },
    call: CallContext,
  ): Promise<ExecSyncResult>;
  exec?(
    containerId: string,
    command: readonly string[],
    io: ContainerStreams,
    call: CallContext,
  ): Promise<{ readonly exitCode: number }>;
  attach?(containerId: string, io: ContainerStreams, call: CallContext): Promise<void>;
  portForward?(sandboxId: string, port: number, stream: DuplexStream, call: CallContext): Promise<void>;
  /** For a runtime with a streaming server of its own: the three of them, or none. See `StreamingServer` of the contract. */
  getExec?(
    containerId: string,
    command: readonly string[],
    streams: AskedStreams,
    call: CallContext,
  ): Promise<StreamingAddress>;
  getAttach?(containerId: string, streams: AskedStreams, call: CallContext): Promise<StreamingAddress>;
  getPortForward?(sandboxId: string, call: CallContext): Promise<StreamingAddress>;

  /** The log of one run of a container. */
  containerLogs(container: RuntimeContainer, options: ContainerLogOptions, call: CallContext): AsyncIterable<LogChunk>;
  /** The last `maximumBytes` of the file at the container's `terminationMessagePath`; undefined when there is none. */
  readTerminationMessage?(
    container: RuntimeContainer,
    path: string,
    maximumBytes: number,
    call: CallContext,
  ): Promise<string | undefined>;
  podStats?(refs: readonly PodRef[], call: CallContext): Promise<readonly PodStats[]>;

  /** Tells of changes until `call.signal` is aborted. Settles when the subscription ends. Without it the engine lists often. */
  containerEvents?(onEvent: RuntimeEventHandler, call: CallContext): Promise<void>;
  /** Resolves when the runtime can run pods; throws with its own words when it cannot. */
  status?(call: CallContext): Promise<void>;
}
