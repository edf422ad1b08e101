import type { ProbeOutcome } from '../machine/engine-action.ts';

/** A GET that a probe or a hook makes. */
export interface HttpTarget {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** `kube-probe/1.36` and the like, where the headers carry none. */
  readonly userAgent: string;
}

export interface TcpTarget {
  readonly host: string;
  readonly port: number;
}

export interface GrpcTarget extends TcpTarget {
  /** Of grpc.health.v1; empty is the server as a whole. */
  readonly service: string;
}

/**
 * Makes the probes that come over the network. A target that refuses, does not answer in time or answers badly is a failure
 * of the probe, not an error. They throw when the signal is aborted.
 */
export interface ProbeRunner {
  http(target: HttpTarget, timeoutMilliseconds: number, signal: AbortSignal): Promise<ProbeOutcome>;
  tcp(target: TcpTarget, timeoutMilliseconds: number, signal: AbortSignal): Promise<ProbeOutcome>;
  grpc(target: GrpcTarget, timeoutMilliseconds: number, signal: AbortSignal): Promise<ProbeOutcome>;
  /**
   * Sends the GET of a lifecycle hook, for pods that this process does not reach over the network. Any answer will do; throws
   * when there is none. Absent: over the network.
   */
  hook?(target: HttpTarget, signal: AbortSignal): Promise<void>;
}
