import type { ListenAddress } from '@vk/node';
import type { GivenProviderOption } from './given-provider-option.ts';
import type { LoopbackAddress } from '../telemetry/loopback-address.ts';
import type { TraceExporter } from '../telemetry/trace-flags.ts';

/** What the flags say once everything is read: one member per flag, in camel case. Durations are in milliseconds. */
export interface FlagValues {
  readonly config?: string;
  readonly provider?: string;
  readonly providerConfig?: string;
  readonly providerOption?: readonly GivenProviderOption[];
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly server?: string;
  readonly bootstrapKubeconfig?: string;
  readonly rotateCertificates: boolean;
  readonly clusterId?: string;
  readonly clusterDomain: string;
  readonly nodename: string;
  readonly nodes: number;
  readonly os: 'linux' | 'windows';
  readonly nodeIp?: string;
  readonly nodeLabels?: Readonly<Record<string, string>>;
  readonly disableTaint: boolean;
  readonly taintKey: string;
  readonly taintValue?: string;
  readonly taintEffect: 'NoSchedule' | 'NoExecute' | 'PreferNoSchedule';
  readonly adoptNode: boolean;
  readonly onExit: 'leave' | 'not-ready' | 'cordon' | 'delete';
  readonly podSyncWorkers: number;
  readonly kubeletApi: boolean;
  readonly kubeletAddress?: string;
  readonly kubeletPort: number;
  readonly kubeletListener?: 'per-node' | 'shared';
  readonly clientCaFile?: string;
  readonly servingCertificate?: 'self-signed' | 'files' | 'csr';
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
  readonly certDir?: string;
  readonly authenticationTokenWebhookCacheTtl: number;
  readonly authorizationWebhookCacheAuthorizedTtl: number;
  readonly authorizationWebhookCacheUnauthorizedTtl: number;
  readonly streamIdleTimeout: number;
  readonly streamCreationTimeout: number;
  readonly startupTimeout: number;
  readonly pingInterval: number;
  readonly pingTimeout: number;
  readonly nodeStatusInterval: number;
  readonly leaseDuration: number;
  readonly shutdownGrace: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly logFormat: 'json' | 'pretty' | 'auto';
  readonly metricsAddr?: ListenAddress;
  readonly healthAddr?: LoopbackAddress;
  readonly traceExporter?: readonly TraceExporter[];
  readonly traceServiceName?: string;
  readonly traceTag?: Readonly<Record<string, string>>;
  /** From 0 to 1. */
  readonly traceSampleRate?: number;
  readonly useKubeconfig: boolean;
  readonly kubeconfigOut?: string;
  readonly port: number;
}

export type FlagKey = keyof FlagValues;

/** `podSyncWorkers` is the flag `--pod-sync-workers`. */
export function flagName(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The variable that every flag has: `podSyncWorkers` is `VK_POD_SYNC_WORKERS`. */
export function flagVariable(key: string): string {
  return `VK_${flagName(key).replaceAll('-', '_').toUpperCase()}`;
}
