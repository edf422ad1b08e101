import type { FieldCause } from '../registry/definition.ts';
import { duplicate, invalid, notSupported, required } from './field-errors.ts';
import { textCauses } from './field-paths.ts';
import { portNameProblems, rangeProblems } from './names.ts';
import type { Container } from './pods/pod-types.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];

/** What is wrong with a port number. */
export function validatePortNumber(port: number, field: string): FieldCause[] {
  return rangeProblems(port, 1, 65_535).map((problem) => invalid(field, port, problem));
}

/** What is wrong with a port that is named or numbered, such as a Service's `targetPort` or a probe's `port`. */
export function validatePortNumberOrName(port: number | string | undefined, field: string): FieldCause[] {
  return typeof port === 'string' ? textCauses(portNameProblems, port, field) : validatePortNumber(port ?? 0, field);
}

/** What is wrong with a protocol. */
export function validateProtocol(protocol: string | undefined, field: string): FieldCause[] {
  if (!protocol) return [required(field)];
  return protocols.includes(protocol) ? [] : [notSupported(field, protocol, protocols)];
}

/** What is wrong with the ports of one container. */
export function validateContainerPorts({ ports = [] }: Container, field: string): FieldCause[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const path = `${field}.ports[${index}]`;
    const causes: FieldCause[] = [];
    if (port.name) {
      const problems = textCauses(portNameProblems, port.name, `${path}.name`);
      if (problems.length === 0 && names.has(port.name)) problems.push(duplicate(`${path}.name`, port.name));
      names.add(port.name);
      causes.push(...problems);
    }
    if (!port.containerPort) causes.push(required(`${path}.containerPort`));
    else causes.push(...validatePortNumber(port.containerPort, `${path}.containerPort`));
    if (port.hostPort) causes.push(...validatePortNumber(port.hostPort, `${path}.hostPort`));
    return [...causes, ...validateProtocol(port.protocol, `${path}.protocol`)];
  });
}

/** Ports of the host that two containers of one pod both want. */
export function validateHostPortConflicts(containers: readonly Container[], field: string): FieldCause[] {
  const seen = new Set<string>();
  return containers.flatMap(({ ports = [] }, containerIndex) =>
    ports.flatMap(({ hostPort, hostIP = '', protocol }, index) => {
      if (!hostPort) return [];
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (seen.has(key)) return [duplicate(`${field}[${containerIndex}].ports[${index}].hostPort`, key)];
      seen.add(key);
      return [];
    }),
  );
}
