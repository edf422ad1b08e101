import type { Service } from '../provider/wire.ts';

/** One port of a Service, as far as the environment of a container needs it. */
export interface ServicePortSummary {
  readonly name?: string;
  readonly port: number;
  /** In the API's spelling, for example `TCP`. */
  readonly protocol: string;
}

/** All that is kept of a Service: many may exist, and the environment needs little of them. */
export interface ServiceSummary {
  readonly namespace: string;
  readonly name: string;
  /** Absent for a headless Service and for one without an address: neither gives variables. */
  readonly clusterIP?: string;
  readonly ports: readonly ServicePortSummary[];
}

/** Takes out of a Service what the environment needs. */
export function summarizeService(service: Service): ServiceSummary {
  const { clusterIP, ports } = service.spec ?? {};
  const hasAddress = clusterIP !== undefined && clusterIP !== '' && clusterIP !== 'None';
  return {
    namespace: service.metadata?.namespace ?? '',
    name: service.metadata?.name ?? '',
    ...(hasAddress && { clusterIP }),
    ports: (ports ?? []).map(({ name, port, protocol }) => ({
      ...(name !== undefined && name !== '' && { name }),
      port,
      protocol: protocol ?? 'TCP',
    })),
  };
}
