import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@vk/node/provider';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createCriClient, type CriClient } from '../client/cri-client.ts';
import { RuntimeServiceDefinition, type UpdatePodSandboxResourcesRequest } from '../generated/api.ts';
import { GrpcFailure, GrpcServer } from '../testing/grpc-server.ts';
import { tellPodResources } from './tell-pod-resources.ts';

let directory: string;
let server: GrpcServer;
let client: CriClient;
let warnings: string[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vk-cri-tell-'));
  server = new GrpcServer();
  await server.listen(join(directory, 'cri.sock'));
  client = createCriClient({ endpoint: join(directory, 'cri.sock') });
  warnings = [];
});
afterEach(async () => {
  client.close();
  await server.close();
  await rm(directory, { recursive: true });
});

const limits = { shares: 512n, quota: 50_000n, memory: 5_120n };

function tell(): Promise<void> {
  const log = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  const call = { signal: new AbortController().signal, log: silentLogger };
  return tellPodResources({ client, log }, 'sandbox', limits, { cpu: '250m', memory: '1Ki' }, call);
}

it('the runtime is told what a pod has without its overhead, and that apart', async () => {
  const told: UpdatePodSandboxResourcesRequest[] = [];
  server.serve(RuntimeServiceDefinition, {
    updatePodSandboxResources: async (request) => {
      told.push(request);
      return {};
    },
  });
  await tell();
  expect(told).toMatchObject([
    {
      podSandboxId: 'sandbox',
      overhead: { cpuShares: 256n, memoryLimitInBytes: 1024n },
      resources: { cpuShares: 256n, cpuPeriod: 100_000n, cpuQuota: 25_000n, memoryLimitInBytes: 4_096n },
    },
  ]);
});

it('a runtime that does not know the call is no failure', async () => {
  await tell();
  expect(server.calls).toEqual(['UpdatePodSandboxResources']);
  expect(warnings).toEqual([]);
});

it('a runtime that refuses is logged, and the resize goes on', async () => {
  server.serve(RuntimeServiceDefinition, {
    updatePodSandboxResources: () => Promise.reject(new GrpcFailure(2, 'no')),
  });
  await tell();
  expect(warnings).toEqual(['The runtime could not be told the resources of a pod']);
});
