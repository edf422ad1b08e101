import type { OptionalCapabilities, Provider } from './provider.ts';

/** Every optional method by name. `satisfies` keeps the list complete: a new capability without an entry does not compile. */
const methods = {
  notifyPods: true,
  ping: true,
  notifyNodeStatus: true,
  configureNode: true,
  close: true,
  getContainerLogs: true,
  runInContainer: true,
  attachToContainer: true,
  portForward: true,
  getExec: true,
  getAttach: true,
  getPortForward: true,
  getStatsSummary: true,
  getMetricsResource: true,
  getContainerMetrics: true,
  getProbeMetrics: true,
  checkpointContainer: true,
} as const satisfies Record<keyof OptionalCapabilities, true>;

export type CapabilityName = keyof OptionalCapabilities;

/** What a provider can do. Read here and nowhere else, so that all of the core agrees. */
export type Capabilities = Readonly<Record<CapabilityName, boolean>>;

/** The capabilities of a provider: present means supported. */
export function capabilitiesOf(provider: Provider): Capabilities {
  const names = Object.keys(methods) as CapabilityName[];
  return Object.fromEntries(names.map((name) => [name, typeof provider[name] === 'function'])) as Record<
    CapabilityName,
    boolean
  >;
}
