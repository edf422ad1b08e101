import { defineProvider } from '@vk/node/provider';
import type { ProviderDefinition } from '@vk/node/provider';
import { criConfigSchema } from './config.ts';
import type { CriConfig } from './config.ts';
import { CriConnection } from './cri-connection.ts';
import { createCriNode } from './cri-node.ts';

/** Runs pods on this host, by a container runtime that speaks CRI v1: containerd, CRI-O. */
export const criProvider: ProviderDefinition<CriConfig, CriConnection> = defineProvider<CriConfig, CriConnection>({
  name: 'cri',
  configSchema: criConfigSchema,
  injected: {
    'kube-api-access': 'deliver',
    serviceLinks: 'deliver',
    dnsPolicy: 'deliver',
    terminationMessage: 'deliver',
    defaultTolerations: 'deliver',
  },
  sharesHost: true,
  connect: async (config, { log }) => Promise.resolve(new CriConnection(config, log)),
  create: createCriNode,
});
