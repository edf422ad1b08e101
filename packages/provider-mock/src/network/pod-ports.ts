import type { Pod } from '@vk/node/provider';
import type { Behaviour } from '../behaviour.ts';

/** What answers at a port of a pod. */
export type PortService = 'http' | 'echo' | 'discard';

/** The ports of a pod at which something answers. Plain JSON: it is kept with the pod. */
export interface PodPorts {
  readonly http: readonly number[];
  /** Gives back what it is sent (RFC 862). */
  readonly echo: readonly number[];
  /** Reads and throws away (RFC 863). */
  readonly discard: readonly number[];
}

/** Without annotations and declared ports. */
export const defaultPorts: PodPorts = { http: [80, 8080], echo: [7], discard: [9] };

/** Every TCP port that a container declares answers HTTP, unless an annotation says that it is for something else. */
export function podPortsOf(pod: Pod, behaviour: Behaviour): PodPorts {
  const spec = pod.spec ?? { containers: [] };
  const declared = [...spec.containers, ...(spec.initContainers ?? [])]
    .flatMap(({ ports = [] }) => ports)
    .filter(({ protocol }) => protocol === undefined || protocol === 'TCP')
    .map(({ containerPort }) => containerPort);
  const echo = behaviour.of('echo-ports') ?? defaultPorts.echo;
  const discard = behaviour.of('discard-ports') ?? defaultPorts.discard;
  const written = behaviour.of('http-ports');
  if (declared.length === 0 && written === undefined && echo === defaultPorts.echo && discard === defaultPorts.discard)
    return defaultPorts;
  return { http: [...new Set([...(written ?? defaultPorts.http), ...declared])], echo, discard };
}

/** Undefined when nothing is there. */
export function serviceAt({ http, echo, discard }: PodPorts, port: number): PortService | undefined {
  if (echo.includes(port)) return 'echo';
  if (discard.includes(port)) return 'discard';
  return http.includes(port) ? 'http' : undefined;
}
