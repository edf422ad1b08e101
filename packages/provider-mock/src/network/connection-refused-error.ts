/** Nothing listens at a port of the pod. The words are those that a container runtime gives the kubelet. */
export class ConnectionRefusedError extends Error {
  override readonly name = 'ConnectionRefusedError';
  readonly code = 'ECONNREFUSED';

  constructor(uid: string, port: number) {
    super(
      `failed to execute portforward in network namespace of pod ${uid}: failed to connect to localhost:${port} ` +
        `inside namespace ${uid}, IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused`,
    );
  }
}
