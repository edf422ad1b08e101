import { describe, expect, it } from 'vitest';
import { silentLogger } from '../provider/logger.ts';
import type { Pod } from '../provider/wire.ts';
import { CoreMetrics } from '../telemetry/core-metrics.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { MemoryApi } from '../testing/memory-api.ts';
import { samplePod } from '../testing/sample-pod.ts';
import { SharedNodeSource } from './shared-node-source.ts';
import { SharedPodSource } from './shared-pod-source.ts';

function setUp(names: readonly string[]) {
  const clock = new FakeClock();
  const api = new MemoryApi();
  const errors: string[] = [];
  const log = { ...silentLogger, error: (message: string) => void errors.push(message) };
  const options = { names, client: api.client, clock, log, random: () => 0, metrics: new CoreMetrics() };
  const stop = new AbortController();
  const run = async (source: SharedPodSource | SharedNodeSource): Promise<() => Promise<void>> => {
    const ended = source.run(stop.signal);
    await clock.advance(0);
    return async () => {
      stop.abort(new Error('stop'));
      await ended;
    };
  };
  return { clock, api, errors, options, run };
}

const podPath = (name: string): string => `/api/v1/namespaces/default/pods/${name}`;
const bound = (name: string, nodeName: string): Pod => samplePod({ name, spec: { nodeName } });

describe('SharedPodSource', () => {
  it('gives each node its own pods, those that are there first and then every change', async () => {
    const { clock, api, options, run } = setUp(['a', 'b']);
    api.put(podPath('old'), bound('old', 'a'));
    const source = new SharedPodSource(options);
    const stop = await run(source);
    const seen: string[] = [];
    const subscribe = (node: string): (() => void) =>
      source.of(node).subscribe({
        onApply: (pod) => void seen.push(`${node} has ${pod.metadata?.name}`),
        onDelete: (pod) => void seen.push(`${node} lost ${pod.metadata?.name}`),
        onHistoryReplaced: () => undefined,
      });
    const leave = subscribe('a');
    subscribe('b');
    api.put(podPath('new'), bound('new', 'b'));
    api.put(podPath('foreign'), bound('foreign', 'c'));
    await clock.advance(0);
    leave();
    api.put(podPath('late'), bound('late', 'a'));
    await clock.advance(0);
    expect(seen).toEqual(['a has old', 'b has new']);
    await stop();
  });

  it('finds a pod by its UID, and not another one of the same name', async () => {
    const { api, options, run } = setUp(['a']);
    api.put(podPath('web'), bound('web', 'a'));
    const source = new SharedPodSource(options);
    const stop = await run(source);
    const ref = { namespace: 'default', name: 'web', uid: 'web-uid' };
    expect(source.find(ref)?.metadata?.name).toBe('web');
    expect(source.find({ ...ref, uid: 'older' })).toBeUndefined();
    await stop();
  });

  it('goes on with the others when one node cannot take a pod in, and says so', async () => {
    const { clock, api, errors, options, run } = setUp(['a', 'b']);
    const source = new SharedPodSource(options);
    const stop = await run(source);
    const seen: string[] = [];
    source.of('a').subscribe({
      onApply: () => {
        throw new Error('no');
      },
      onDelete: () => undefined,
      onHistoryReplaced: () => undefined,
    });
    source.of('b').subscribe({
      onApply: (pod) => void seen.push(pod.metadata?.name ?? ''),
      onDelete: () => undefined,
      onHistoryReplaced: () => undefined,
    });
    api.put(podPath('one'), bound('one', 'a'));
    api.put(podPath('two'), bound('two', 'b'));
    await clock.advance(0);
    expect([seen, errors]).toEqual([['two'], ['A pod could not be taken in']]);
    await stop();
  });
});

describe('SharedNodeSource', () => {
  it('tells each node of its own Node: what is known, then its changes, until it leaves', async () => {
    const { clock, api, options, run } = setUp(['a', 'b']);
    const labels = { type: 'virtual-kubelet' };
    for (const name of ['a', 'b']) api.put(`/api/v1/nodes/${name}`, { metadata: { name, labels } as object });
    const source = new SharedNodeSource(options);
    const stop = await run(source);
    const seen: string[] = [];
    const leave = source.subscribe('a', {
      onApply: (node) => void seen.push(`${node.metadata?.name}@${node.metadata?.resourceVersion}`),
      onDelete: (last) => void seen.push(`${last.metadata?.name} gone`),
    });
    api.put('/api/v1/nodes/b', { metadata: { name: 'b', labels } as object });
    api.put('/api/v1/nodes/a', { metadata: { name: 'a', labels } as object });
    await clock.advance(0);
    leave();
    api.put('/api/v1/nodes/a', { metadata: { name: 'a', labels } as object });
    await clock.advance(0);
    expect(seen).toEqual(['a@2', 'a@5']);
    await stop();
  });
});
