import { defineProvider } from '@vk/node/provider';
import type { ProviderDefinition } from '@vk/node/provider';
import { mockConfigSchema } from './config.ts';
import type { MockConfig } from './config.ts';
import { MockBackend } from './mock-backend.ts';
import { createMockNode } from './mock-node.ts';

/** Runs nothing: its pods behave as their annotations and the config say. For trying things out, demonstrations and tests. */
export const mockProvider: ProviderDefinition<MockConfig, MockBackend> = defineProvider<MockConfig, MockBackend>({
  name: 'mock',
  configSchema: mockConfigSchema,
  injected: {
    // A token for each pod would have to be asked for, and nothing that runs by itself would use it.
    'kube-api-access': 'omit',
    // Variables are there for exec; nothing looks up a name or leaves a message: a pod is the same with these as without.
    serviceLinks: 'deliver',
    dnsPolicy: 'deliver',
    terminationMessage: 'deliver',
    // For schedulers and controllers; a backend has no part in them.
    defaultTolerations: 'deliver',
  },
  retention: ({ stateFile }) => (stateFile === undefined ? 'dies-with-process' : 'durable'),
  pollIntervalMilliseconds: 1_000,
  connect: ({ stateFile }) => MockBackend.open({ stateFile }),
  create: async (context, backend) => {
    if (!context.config.engine) return createMockNode(context, backend);
    // The pod engine is loaded by those who ask for it.
    const { createEngineNode } = await import('./engine/engine-node.ts');
    return createEngineNode(context, backend);
  },
});
