import { describe, expect, it } from 'vitest';
import { runOnChange } from './run-on-change.ts';
import { eventually, settle } from './testing/eventually.ts';
import { manualClock } from './testing/manual-clock.ts';

interface Harness {
  passes: number;
  errors: unknown[];
  changed(): void;
  stop(): Promise<void>;
  clock: ReturnType<typeof manualClock>;
}

function start(pass: (harness: Harness) => Promise<number | undefined>): Harness {
  const stopping = new AbortController();
  const clock = manualClock();
  let changed = (): void => undefined;
  const harness: Harness = {
    passes: 0,
    errors: [],
    clock,
    changed: () => changed(),
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
  const running = runOnChange({
    clock,
    signal: stopping.signal,
    onError: (error) => harness.errors.push(error),
    follow: async (onChange) => void (changed = onChange),
    pass: async () => {
      harness.passes += 1;
      return pass(harness);
    },
  });
  return harness;
}

describe('a loop that runs on change', () => {
  it('runs once at the start, and then when something changed', async () => {
    const loop = start(async () => undefined);
    await eventually(() => loop.passes === 1);
    await settle();
    expect(loop.passes).toBe(1);
    loop.changed();
    loop.changed();
    await eventually(() => loop.passes === 2);
    await settle();
    expect(loop.passes).toBe(2);
    await loop.stop();
  });

  it('runs once more after changes that came during a pass', async () => {
    const loop = start(async (harness) => {
      if (harness.passes === 1) for (let times = 0; times < 3; times += 1) harness.changed();
      return undefined;
    });
    await eventually(() => loop.passes === 2);
    await settle();
    expect(loop.passes).toBe(2);
    await loop.stop();
  });

  it('runs unasked when the time has come that a pass named', async () => {
    const loop = start(async () => 500);
    await eventually(() => loop.passes === 1);
    await settle();
    loop.clock.advance(499);
    await settle();
    expect(loop.passes).toBe(1);
    loop.clock.advance(1);
    await eventually(() => loop.passes === 2);
    await loop.stop();
  });

  it('reports a pass that failed, and runs it again after a second', async () => {
    const loop = start(async ({ passes }) => {
      if (passes === 1) throw new Error('no');
      return undefined;
    });
    await eventually(() => loop.errors.length === 1);
    await settle();
    loop.clock.advance(1000);
    await eventually(() => loop.passes === 2);
    expect(loop.errors).toEqual([new Error('no')]);
    await loop.stop();
  });
});
