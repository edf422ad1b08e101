import type { DuplexStream, PodRef } from '@vk/node/provider';
import { ConnectionRefusedError } from './connection-refused-error.ts';
import type { HttpEcho } from './http-echo.ts';
import { serviceAt } from './pod-ports.ts';
import type { PodPorts } from './pod-ports.ts';

export interface ForwardedPort {
  readonly ref: PodRef;
  readonly port: number;
  readonly ports: PodPorts;
  readonly http: HttpEcho;
}

/**
 * Joins a stream to what answers at a port of a pod. Resolves when the connection has ended.
 *
 * @throws ConnectionRefusedError when nothing is there.
 */
export async function forwardPort(
  { ref, port, ports, http }: ForwardedPort,
  stream: DuplexStream,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  switch (serviceAt(ports, port)) {
    case 'http':
      return http.serve(ref, stream, signal);
    case 'echo':
      // A client that has closed its side still gets everything back.
      return stream.readable.pipeTo(stream.writable, { signal });
    case 'discard':
      return stream.readable.pipeTo(new WritableStream(), { signal });
    case undefined:
      throw new ConnectionRefusedError(ref.uid, port);
  }
}
