import type { OwnershipStamp } from '../../provider/ownership.ts';
import type { PodRef } from '../../provider/pod-ref.ts';
import type { PreparedPod } from '../../provider/prepared-pod.ts';
import type { ResourceRequirements } from '../../provider/wire.ts';

/** What goes into a pod's `resolv.conf`. */
export interface DnsConfig {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

/** What a pod as a whole is given: `spec.resources`, and what its runtime class adds for the sandbox (`spec.overhead`). */
export interface PodResources {
  readonly resources: ResourceRequirements;
  readonly overhead: Readonly<Record<string, string>>;
}

/** A sandbox that is to be created. The runtime stores `ref`, `attempt`, `ownership` and `appliedHash` with it and gives them back. */
export interface PodSandboxConfig {
  readonly ref: PodRef;
  /** 0 for the first sandbox of a pod. */
  readonly attempt: number;
  readonly ownership: OwnershipStamp;
  readonly appliedHash: string;
  /** Empty for a pod in the host's network namespace: it keeps the host's own. */
  readonly hostname: string;
  /** Absent: the runtime's own choice. */
  readonly dns?: DnsConfig;
  /** For all that has no field here: namespaces, security context, sysctls, ports, volumes. */
  readonly prepared: PreparedPod;
}

/** A sandbox as the runtime knows it. */
export interface RuntimeSandbox {
  readonly id: string;
  readonly ref: PodRef;
  readonly attempt: number;
  readonly ownership: OwnershipStamp;
  readonly appliedHash?: string;
  readonly state: 'ready' | 'notready';
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The pod's addresses, the primary one first. Empty for a pod in the host's network namespace. */
  readonly ips: readonly string[];
}
