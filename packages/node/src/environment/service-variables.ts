import type { PlainVariable } from '../provider/environment.ts';
import type { ServiceSummary } from '../resources/service-summary.ts';

/** Whose Services a pod hears of. */
export interface ServiceVariableOptions {
  /** The pod's. */
  readonly namespace: string;
  /** False: `default/kubernetes` only. */
  readonly links: boolean;
}

/**
 * The environment variables that tell a container of Services: by address, and in the form of Docker links. Services
 * without an address give none. Ordered by the Service's name.
 *
 * Source of the rule: Kubernetes documentation, "Discovering services: environment variables", and the kubelet.
 */
export function serviceVariables(
  services: readonly ServiceSummary[],
  options: ServiceVariableOptions,
): ReadonlyMap<string, PlainVariable> {
  const chosen = new Map<string, ServiceSummary>();
  for (const service of services) {
    if (service.clusterIP === undefined) continue;
    const isLinked = options.links && service.namespace === options.namespace;
    const isKubernetes = service.namespace === 'default' && service.name === 'kubernetes';
    if (isLinked || (isKubernetes && !chosen.has(service.name))) chosen.set(service.name, service);
  }
  const byName = [...chosen.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return new Map(byName.flatMap(variablesOf).map((variable) => [variable.name, variable]));
}

/** The variables of each Service: thousands of pods have the same, and keep them. */
const known = new WeakMap<ServiceSummary, readonly PlainVariable[]>();

function variablesOf(service: ServiceSummary): readonly PlainVariable[] {
  const before = known.get(service);
  if (before !== undefined) return before;
  const variables = namesAndValuesOf(service).map(([name, value]) => Object.freeze({ name, value, secret: false }));
  known.set(service, variables);
  return variables;
}

function namesAndValuesOf({ name, clusterIP, ports }: ServiceSummary): [string, string][] {
  const [first] = ports;
  if (clusterIP === undefined) return [];
  const prefix = variableName(name);
  const variables: [string, string][] = [[`${prefix}_SERVICE_HOST`, clusterIP]];
  if (first === undefined) return variables;
  variables.push([`${prefix}_SERVICE_PORT`, String(first.port)]);
  for (const port of ports) {
    if (port.name !== undefined)
      variables.push([`${prefix}_SERVICE_PORT_${variableName(port.name)}`, String(port.port)]);
  }
  const host = clusterIP.includes(':') ? `[${clusterIP}]` : clusterIP;
  variables.push([`${prefix}_PORT`, `${first.protocol.toLowerCase()}://${host}:${first.port}`]);
  for (const { port, protocol } of ports) {
    const link = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
    variables.push(
      [link, `${protocol.toLowerCase()}://${host}:${port}`],
      [`${link}_PROTO`, protocol.toLowerCase()],
      [`${link}_PORT`, String(port)],
      [`${link}_ADDR`, clusterIP],
    );
  }
  return variables;
}

function variableName(text: string): string {
  return text.replaceAll('-', '_').toUpperCase();
}
