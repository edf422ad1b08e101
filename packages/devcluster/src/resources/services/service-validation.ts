import { isIP } from 'node:net';
import type { FieldCause, KubeObject, StrategyContext } from '../../registry/definition.ts';
import { deepEqual } from '../deep-equal.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../field-errors.ts';
import { validateLabels } from '../metadata-validation.ts';
import { dnsLabelProblems, dnsSubdomainProblems } from '../names.ts';
import { validatePortNumber, validatePortNumberOrName, validateProtocol } from '../port-validation.ts';
import { isServiceAddress, nodePorts, takenAddresses } from './service-addresses.ts';
import type { Service, ServicePort, ServiceSpec } from './service-types.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

function validatePort(port: ServicePort, field: string, seen: Set<string>, nameIsRequired: boolean): FieldCause[] {
  const causes: FieldCause[] = [];
  if (port.name) {
    causes.push(...dnsLabelProblems(port.name).map((problem) => invalid(`${field}.name`, port.name, problem)));
    if (seen.has(port.name)) causes.push(duplicate(`${field}.name`, port.name));
    seen.add(port.name);
  } else if (nameIsRequired) causes.push(required(`${field}.name`));
  causes.push(...validatePortNumber(port.port ?? 0, `${field}.port`));
  causes.push(...validateProtocol(port.protocol, `${field}.protocol`));
  causes.push(...validatePortNumberOrName(port.targetPort, `${field}.targetPort`));
  return causes;
}

/** A port as the server prints one that occurs twice: by its internal field names, and without what may differ. */
function portIdentity(port: number, protocol: string | undefined): object {
  return { Name: '', Protocol: protocol ?? '', AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
}

function validatePorts(spec: ServiceSpec): FieldCause[] {
  const ports = spec.ports ?? [];
  if (ports.length === 0 && spec.clusterIP !== 'None' && spec.type !== 'ExternalName') return [required('spec.ports')];
  const names = new Set<string>();
  const causes = ports.flatMap((port, index) => validatePort(port, `spec.ports[${index}]`, names, ports.length > 1));
  const seen = new Set<string>();
  for (const [index, { port, protocol }] of ports.entries()) {
    const key = `${protocol}/${port}`;
    if (seen.has(key)) causes.push(duplicate(`spec.ports[${index}]`, portIdentity(port, protocol)));
    seen.add(key);
  }
  return causes;
}

/** What is wrong with a Service, wherever it stands. */
export function validateService(object: KubeObject): FieldCause[] {
  const { spec } = object as Service;
  const causes = validatePorts(spec);
  if (!types.includes(spec.type ?? '')) causes.push(notSupported('spec.type', spec.type, types));
  if (!['ClientIP', 'None'].includes(spec.sessionAffinity ?? '')) {
    causes.push(notSupported('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']));
  }
  causes.push(...validateLabels(spec.selector, 'spec.selector'));
  if (spec.type === 'ExternalName') {
    for (const field of ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const) {
      if (spec[field]?.length) causes.push(forbidden(`spec.${field}`, 'may not be set for ExternalName services'));
    }
    if (!spec.externalName) causes.push(required('spec.externalName'));
    else {
      const name = spec.externalName.replace(/\.$/, '');
      causes.push(
        ...dnsSubdomainProblems(name).map((problem) => invalid('spec.externalName', spec.externalName, problem)),
      );
    }
  } else if (spec.type !== 'ClusterIP' && spec.clusterIP === 'None') {
    causes.push(invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`));
  }
  if (spec.type === 'ClusterIP') {
    for (const [index, { nodePort }] of (spec.ports ?? []).entries()) {
      if (nodePort) {
        causes.push(forbidden(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'"));
      }
    }
  }
  for (const [index, address] of (spec.clusterIPs ?? []).entries()) {
    if (address !== 'None' && isIP(address) === 0) {
      const detail = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
      causes.push(invalid(`spec.clusterIPs[${index}]`, address, detail));
    }
  }
  return causes;
}

/** What is wrong with the address and the node ports that a new Service asks for. */
export function validateNewAddress(object: KubeObject, context: StrategyContext): FieldCause[] {
  const { spec } = object as Service;
  const address = spec.clusterIP;
  for (const [index, { nodePort }] of (spec.ports ?? []).entries()) {
    if (!nodePort || spec.type === 'ClusterIP' || (nodePort >= nodePorts.first && nodePort <= nodePorts.last)) continue;
    const detail = `provided port is not in the valid range. The range of valid ports is ${nodePorts.first}-${nodePorts.last}`;
    return [invalid(`spec.ports[${index}].nodePort`, nodePort, detail)];
  }
  if (!address || address === 'None' || isIP(address) === 0) return [];
  if (!isServiceAddress(address)) {
    const detail = `failed to allocate IP ${address}: the provided IP (${address}) is not in the valid range. The range of valid IPs is 10.96.0.0/16`;
    return [invalid('spec.clusterIPs', [address], detail)];
  }
  if (takenAddresses(object, context).has(address)) {
    return [
      invalid('spec.clusterIPs', [address], `failed to allocate IP ${address}: provided IP is already allocated`),
    ];
  }
  return [];
}

/** What is wrong with a change of a Service: an address stays, once it is given. */
export function validateServiceChange(next: KubeObject, previous: KubeObject): FieldCause[] {
  const before = (previous as Service).spec;
  const after = (next as Service).spec;
  if (before.type === 'ExternalName' || after.type === 'ExternalName') return [];
  const [primary] = before.clusterIPs ?? [];
  if (primary === undefined || deepEqual(after.clusterIPs?.[0], primary)) return [];
  return [invalid('spec.clusterIPs[0]', after.clusterIPs ?? [], 'may not change once set')];
}
