import { createHash } from 'node:crypto';
import { podRefOf, silentLogger } from '@vk/node/provider';
import type { CallContext, Pod, PodStatus, PreparedPod, Provider } from '@vk/node/provider';
import { FakeClock } from '@vk/node/testing';
import { apiPod, createTestContext, preparedPod } from '@vk/provider-testkit';
import { annotationPrefix } from '../behaviour-table.ts';
import { mockConfigSchema } from '../config.ts';
import { MockBackend } from '../mock-backend.ts';
import { createMockNode } from '../mock-node.ts';

export const owner: { readonly clusterId: string; readonly nodeName: string } = {
  clusterId: 'cluster',
  nodeName: 'vk',
};

export function call(signal: AbortSignal = new AbortController().signal): CallContext {
  return { signal, log: silentLogger };
}

export interface Started {
  readonly clock: FakeClock;
  readonly provider: Provider;
  readonly backend: MockBackend;
}

export async function start(config: unknown = {}, clock: FakeClock = new FakeClock()): Promise<Started> {
  const settings = mockConfigSchema.parse(config);
  const backend = await MockBackend.open({ stateFile: settings.stateFile });
  return { clock, backend, provider: createMockNode(createTestContext(settings, { ...owner, clock }), backend) };
}

export function podThat(
  behaviour: Readonly<Record<string, string>>,
  spec: Partial<NonNullable<Pod['spec']>> = {},
): PreparedPod {
  const annotations = Object.entries(behaviour).map(([key, value]) => [annotationPrefix + key, value]);
  const template = {
    metadata: { annotations: Object.fromEntries(annotations) as Record<string, string> },
    spec: { containers: [{ name: 'app', image: 'app:1' }], ...spec },
  };
  const name = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 8);
  return preparedPod(apiPod(template, { ...owner, name }), owner);
}

export async function statusOf(provider: Provider, { pod }: PreparedPod): Promise<PodStatus | undefined> {
  return (await provider.getPod(podRefOf(pod), call()))?.status;
}

/** Creates a pod and gives a way to look at it after some time. */
export async function created(
  started: Started,
  prepared: PreparedPod,
): Promise<(milliseconds?: number) => Promise<PodStatus>> {
  await started.provider.createPod(prepared, call());
  return async (milliseconds = 0) => {
    await started.clock.advance(milliseconds);
    const status = await statusOf(started.provider, prepared);
    if (status === undefined) throw new Error('the pod is absent');
    return status;
  };
}
