import type { Container } from '../../provider/wire.ts';
import type { HttpTarget, TcpTarget } from './probe-runner.ts';
import { requestPath } from './request-path.ts';

type HttpGet = NonNullable<NonNullable<Container['livenessProbe']>['httpGet']>;
type TcpSocket = NonNullable<NonNullable<Container['livenessProbe']>['tcpSocket']>;

/**
 * A port by number or by the name that the container gives it.
 *
 * @throws RangeError when there is no such port.
 */
export function resolvePort(port: unknown, container: Container): number {
  const named = container.ports?.find(({ name }) => name !== undefined && name === port)?.containerPort;
  const number = named ?? wholeNumber(port);
  if (!Number.isInteger(number)) throw new RangeError(`port ${String(port)} not found`);
  if (number < 1 || number > 65_535) throw new RangeError(`invalid port number: ${number}`);
  return number;
}

/** A number, also one that is written as text and nothing else. */
function wholeNumber(port: unknown): number {
  if (typeof port === 'number') return port;
  return typeof port === 'string' && /^[+-]?\d+$/u.test(port) ? Number(port) : Number.NaN;
}

/**
 * The pod, unless another host is named.
 *
 * @throws RangeError when the pod has no address: an empty one would be this process's own host.
 */
export function hostOf(host: string | undefined, podIP: string): string {
  const named = host !== undefined && host !== '' ? host : podIP;
  if (named === '') throw new RangeError('the pod has no address');
  return named;
}

/** Where a probe or a hook sends its GET: to the pod, unless it names a host. */
export function httpTarget(
  get: HttpGet,
  container: Container,
  podIP: string,
  purpose: 'probe' | 'lifecycle',
): HttpTarget {
  return {
    scheme: get.scheme?.toLowerCase() === 'https' ? 'https' : 'http',
    host: hostOf(get.host, podIP),
    port: resolvePort(get.port, container),
    path: requestPath(get.path ?? '/'),
    headers: (get.httpHeaders ?? []).map(({ name, value }) => [name, value] as const),
    userAgent: `kube-${purpose}/1.36`,
  };
}

export function tcpTarget(socket: TcpSocket, container: Container, podIP: string): TcpTarget {
  return {
    host: hostOf(socket.host, podIP),
    port: resolvePort(socket.port, container),
  };
}
