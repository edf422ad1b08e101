import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../provider/logger.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { PingMonitor } from './ping-monitor.ts';

function start(ping: ((signal: AbortSignal) => Promise<void>) | undefined) {
  const clock = new FakeClock();
  let changes = 0;
  const monitor = new PingMonitor({
    ping: ping === undefined ? undefined : ({ signal }) => ping(signal),
    clock,
    log: silentLogger,
    intervalMilliseconds: 10_000,
    timeoutMilliseconds: 5_000,
    onChange: () => changes++,
  });
  const stop = new AbortController();
  const ended = monitor.run(stop.signal).catch((error: unknown) => error);
  return {
    clock,
    monitor,
    signal: stop.signal,
    changes: () => changes,
    async stop() {
      stop.abort(new Error('the test is over'));
      await ended;
      expect(clock.pending).toBe(0);
    },
  };
}

describe('PingMonitor', () => {
  it('takes a provider without a ping for well', async () => {
    const world = start(undefined);
    await world.monitor.first;
    expect(world.monitor.result).toEqual({ ok: true });
    await world.stop();
  });

  it('says nothing good before the first answer', async () => {
    const world = start(() => new Promise(() => undefined));
    expect(world.monitor.result.ok).toBe(false);
    await world.stop();
  });

  it('never has two pings in flight: one that hangs counts as failed until it ends', async () => {
    const answers: (() => void)[] = [];
    const world = start(() => new Promise((resolve) => answers.push(resolve)));
    await world.clock.advance(100_000);
    expect(answers).toHaveLength(1);
    expect(world.monitor.result).toEqual({ ok: false, message: 'the provider did not answer a ping within 5 s' });
    answers[0]?.();
    await world.clock.advance(0);
    expect(world.monitor.result.ok).toBe(false);
    await world.clock.advance(10_000);
    answers[1]?.();
    await world.clock.advance(0);
    expect(world.monitor.result).toEqual({ ok: true });
    await world.stop();
  });

  it('tells of a change once, and of another reason for the same failure', async () => {
    let failure: string | undefined = 'a';
    const world = start(async () => {
      if (failure !== undefined) throw new Error(failure);
    });
    await world.clock.advance(30_000);
    expect(world.changes()).toBe(1);
    failure = 'b';
    await world.clock.advance(10_000);
    expect(world.changes()).toBe(2);
    failure = undefined;
    await world.clock.advance(30_000);
    expect(world.changes()).toBe(3);
    await world.stop();
  });

  it('leaves no listener behind, however long it runs', async () => {
    const world = start(async () => undefined);
    await world.clock.advance(1_000_000);
    expect(getEventListeners(world.signal, 'abort').length).toBeLessThan(3);
    await world.stop();
  });
});
