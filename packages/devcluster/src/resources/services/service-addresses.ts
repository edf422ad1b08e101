import type { KubeObject, StrategyContext } from '../../registry/definition.ts';
import type { Service, ServiceSpec } from './service-types.ts';

/** The address of `default/kubernetes`: the first of the range. */
export const kubernetesServiceAddress = '10.96.0.1';

const rangePrefix = '10.96.';
/** The first addresses are left to those who choose their own (cluster DNS, by custom 10.96.0.10). */
const firstDynamicOffset = 256;
const lastOffset = 65_534;
/** The ports that are handed out on every node, both ends included. */
export const nodePorts: { first: number; last: number } = { first: 30_000, last: 32_767 };

/** Whether an address lies in the range that Services get theirs from, 10.96.0.0/16. */
export function isServiceAddress(address: string): boolean {
  return address.startsWith(rangePrefix);
}

function addressAt(offset: number): string {
  return `${rangePrefix}${offset >> 8}.${offset & 255}`;
}

function othersThan(service: KubeObject, context: StrategyContext): ServiceSpec[] {
  const others = context
    .list('services')
    .filter(
      ({ metadata }) => metadata.name !== service.metadata.name || metadata.namespace !== service.metadata.namespace,
    );
  return others.map((other) => (other as Service).spec ?? {});
}

/** The addresses that other Services hold. */
export function takenAddresses(service: KubeObject, context: StrategyContext): Set<string> {
  return new Set(othersThan(service, context).flatMap(({ clusterIPs = [] }) => clusterIPs));
}

function freeAddress(taken: ReadonlySet<string>): string | undefined {
  for (let offset = firstDynamicOffset; offset <= lastOffset; offset += 1) {
    const address = addressAt(offset);
    if (!taken.has(address)) return address;
  }
  return undefined;
}

function wantsNodePorts({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
}

function allocateNodePorts(service: Service, context: StrategyContext): void {
  const { spec } = service;
  if (!wantsNodePorts(spec)) return;
  const taken = new Set(
    [...othersThan(service, context), spec].flatMap(({ ports = [] }) => ports.map(({ nodePort }) => nodePort)),
  );
  let candidate = nodePorts.first;
  for (const port of spec.ports ?? []) {
    if (port.nodePort) continue;
    while (taken.has(candidate) && candidate <= nodePorts.last) candidate += 1;
    if (candidate > nodePorts.last) return;
    port.nodePort = candidate;
    taken.add(candidate);
  }
}

/**
 * Gives a Service its cluster address and node ports, unless it has them or wants none.
 * An address that the client chose is kept; validation says when it cannot be had.
 */
export function allocateAddresses(service: Service, context: StrategyContext): void {
  const { spec } = service;
  if (spec.type === 'ExternalName') return;
  if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
  if (!spec.clusterIP && spec.clusterIPs?.[0] !== undefined) spec.clusterIP = spec.clusterIPs[0];
  if (!spec.clusterIP) {
    const address = freeAddress(takenAddresses(service, context));
    if (address !== undefined) {
      spec.clusterIP = address;
      spec.clusterIPs = [address];
    }
  }
  const hasNoAddress = spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= hasNoAddress && spec.ipFamilies === undefined ? 'RequireDualStack' : 'SingleStack';
  spec.ipFamilies ??= spec.ipFamilyPolicy === 'SingleStack' ? ['IPv4'] : ['IPv4', 'IPv6'];
  allocateNodePorts(service, context);
}
