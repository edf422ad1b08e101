import { FakeClock } from '@vk/node/testing';
import { describe, expect, it } from 'vitest';
import { runNodes, type RunnableNodes } from './run-nodes.ts';

function nodes(options: { readonly ready?: boolean; readonly fails?: Error } = {}): RunnableNodes {
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => undefined);
  return {
    ready: ready.promise,
    run: async (signal) => {
      if (options.fails !== undefined) {
        ready.reject(options.fails);
        throw options.fails;
      }
      if (options.ready === true) ready.resolve();
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      ready.reject(signal.reason);
    },
  };
}

describe('runNodes', () => {
  it('runs until it is stopped, and tells once when the nodes are ready', async () => {
    const stop = new AbortController();
    let told = 0;
    const running = runNodes({
      nodes: nodes({ ready: true }),
      clock: new FakeClock(),
      stop: stop.signal,
      startupTimeout: 0,
      onReady: () => {
        told++;
        stop.abort();
      },
    });
    await running;
    expect(told).toBe(1);
  });

  it('gives up on nodes that are not ready in time, after stopping them', async () => {
    const clock = new FakeClock();
    const running = runNodes({ nodes: nodes(), clock, stop: new AbortController().signal, startupTimeout: 90_000 });
    const [outcome] = await Promise.allSettled([running, clock.advance(90_000)]);
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { code: 'not-ready', message: 'the node was not ready within 1m30s (--startup-timeout)' },
    });
  });

  it('has no time limit once they are ready', async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const running = runNodes({ nodes: nodes({ ready: true }), clock, stop: stop.signal, startupTimeout: 1_000 });
    await clock.advance(10_000);
    expect(clock.pending).toBe(0);
    stop.abort();
    await running;
  });

  it('fails with what the start failed with', async () => {
    const clock = new FakeClock();
    const failure = new Error('forbidden');
    const stop = new AbortController().signal;
    await expect(runNodes({ nodes: nodes({ fails: failure }), clock, stop, startupTimeout: 1_000 })).rejects.toBe(
      failure,
    );
    expect(clock.pending).toBe(0);
  });
});
