import { silentLogger } from '@vk/node/provider';
import type { ProviderContext } from '@vk/node/provider';
import { realClock } from './real-clock.ts';

/** The cluster id of every bare case. */
export const testClusterId = '5a2c7f0e-conformance';

/**
 * A context for a provider that runs without the core: no object of the API exists, and tokens cannot be had. Overrides
 * replace single members.
 */
export function createTestContext<Config>(
  config: Config,
  overrides: Partial<ProviderContext<Config>> = {},
): ProviderContext<Config> {
  return {
    clusterId: testClusterId,
    nodeName: 'testkit-a',
    operatingSystem: 'linux',
    addresses: [{ type: 'InternalIP', address: '192.0.2.10' }],
    clusterDomain: 'cluster.local',
    config,
    env: {},
    clock: realClock,
    log: silentLogger,
    recordEvent: () => undefined,
    getSecret: async () => undefined,
    getConfigMap: async () => undefined,
    getImageCredentials: async () => [],
    getRuntimeClass: async () => undefined,
    getPersistentVolumeClaim: async () => undefined,
    getPersistentVolume: async () => undefined,
    getServiceAccountToken: async () => {
      throw new Error('the conformance suite has no API server to ask for a token');
    },
    ...overrides,
  };
}
