import type { HttpTarget, ProbeOutcome, ProbeRunner, TcpTarget } from '@vk/node/pod-engine';
import { requestText, statusFor } from '../network/http-answer.ts';
import { serviceAt } from '../network/pod-ports.ts';
import type { PortService } from '../network/pod-ports.ts';
import type { MockRuntime } from './mock-runtime.ts';

/** Probes and hooks that ask the pods of a runtime in memory: nothing goes over a network. */
export function virtualProbes(runtime: MockRuntime): ProbeRunner {
  const serviceOf = ({ host, port }: TcpTarget): PortService | undefined => {
    const sandbox = runtime.sandboxes.at(host).find((candidate) => runtime.containers.isServed(candidate, port));
    return sandbox && serviceAt(sandbox.ports, port);
  };
  const refused = ({ host, port }: TcpTarget): string => `dial tcp ${host}:${port}: connect: connection refused`;
  const nameOf = ({ scheme, host, port, path }: HttpTarget): string => `Get "${scheme}://${host}:${port}${path}"`;

  return {
    async http(target) {
      const service = serviceOf(target);
      if (service === undefined) return failure(`${nameOf(target)}: ${refused(target)}`);
      if (service !== 'http') return failure(`${nameOf(target)}: malformed HTTP response`);
      const status = statusFor(target.path);
      if (status < 200 || status >= 400) return failure(`HTTP probe failed with statuscode: ${status}`);
      return { result: 'success', output: requestText('GET', target.path, target.headers) };
    },
    async tcp(target) {
      return serviceOf(target) === undefined ? failure(refused(target)) : { result: 'success', output: '' };
    },
    async grpc(target) {
      return failure(
        serviceOf(target) === undefined
          ? `error: ${refused(target)}`
          : `error: this server does not implement the grpc health protocol (grpc.health.v1.Health)`,
      );
    },
    async hook(target) {
      const service = serviceOf(target);
      if (service === undefined) throw new Error(`${nameOf(target)}: ${refused(target)}`);
      if (service !== 'http') throw new Error(`${nameOf(target)}: malformed HTTP response`);
    },
  };
}

function failure(output: string): ProbeOutcome {
  return { result: 'failure', output };
}
