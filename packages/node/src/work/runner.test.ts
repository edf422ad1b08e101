import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { abortOf } from './abort-of.ts';
import { type Outcome, Runner, type RunnerOptions } from './runner.ts';
import { SharedSlots } from './shared-slots.ts';
import { TaskGroup } from './task-group.ts';
import { WorkQueue } from './work-queue.ts';

interface Failure {
  key: string;
  message: string;
  attempt: number;
  retryIn: number | undefined;
}

function setUp(options: Partial<RunnerOptions<string>> & Pick<RunnerOptions<string>, 'handle'>) {
  const clock = new FakeClock();
  const queue = new WorkQueue<string>({ clock });
  const failures: Failure[] = [];
  const runner = new Runner<string>({
    queue,
    clock,
    concurrency: 2,
    retry: { initialMilliseconds: 100, maximumMilliseconds: 400, factor: 2, jitter: 0, resetAfterMilliseconds: 60_000 },
    onError: (key, error, attempt, retryIn) =>
      failures.push({ key, message: (error as Error).message, attempt, retryIn }),
    ...options,
  });
  const controller = new AbortController();
  const group = new TaskGroup(controller.signal);
  group.spawn('what else there is', abortOf);
  runner.start(group);
  const running = group.join();
  const stop = async (): Promise<void> => {
    controller.abort(new Error('stopped'));
    await running;
  };
  return { clock, queue, runner, failures, stop, running, controller };
}

const done: Outcome = { kind: 'done' };

/** A promise that a test settles. */
function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

describe('Runner', () => {
  it('works on as many keys at once as its concurrency allows, and no more', async () => {
    const gates = new Map(['a', 'b', 'c'].map((key) => [key, gate()]));
    const started: string[] = [];
    const { queue, clock, stop } = setUp({
      handle: async (key) => {
        started.push(key);
        await gates.get(key)?.opened;
        return done;
      },
    });
    for (const key of gates.keys()) queue.add(key);
    await clock.advance(0);
    expect(started).toEqual(['a', 'b']);
    gates.get('a')?.open();
    await clock.advance(0);
    expect(started).toEqual(['a', 'b', 'c']);
    for (const each of gates.values()) each.open();
    await stop();
  });

  it('never works on one key twice at once, and works again on what was added meanwhile', async () => {
    let active = 0;
    let most = 0;
    let times = 0;
    const { queue, clock, stop } = setUp({
      handle: async () => {
        times++;
        most = Math.max(most, ++active);
        await clock.sleep(10, new AbortController().signal);
        active--;
        return done;
      },
    });
    queue.add('a');
    await clock.advance(5);
    queue.add('a');
    queue.add('a');
    await clock.advance(50);
    expect({ times, most }).toEqual({ times: 2, most: 1 });
    await stop();
  });

  it('comes back to a key after the time that its handler asked for', async () => {
    const at: number[] = [];
    const { queue, clock, stop } = setUp({
      handle: async () => {
        at.push(clock.monotonic());
        return { kind: 'requeue', afterMilliseconds: 250 };
      },
    });
    queue.add('a');
    await clock.advance(500);
    expect(at).toEqual([0, 250, 500]);
    await stop();
  });

  it('retries a failing key with growing delays without end, each key by its own', async () => {
    const at: Record<string, number[]> = { a: [], b: [] };
    const { queue, clock, failures, stop } = setUp({
      handle: async (key) => {
        at[key]?.push(clock.monotonic());
        throw new Error(`${key} failed`);
      },
    });
    queue.add('a');
    await clock.advance(150);
    queue.add('b');
    await clock.advance(1_450);
    expect(at['a']).toEqual([0, 100, 300, 700, 1_100, 1_500]);
    expect(at['b']?.slice(0, 3)).toEqual([150, 250, 450]);
    expect(failures[0]).toEqual({ key: 'a', message: 'a failed', attempt: 1, retryIn: 100 });
    expect(failures.filter(({ key }) => key === 'a').at(-1)).toMatchObject({ attempt: 6, retryIn: 400 });
    await stop();
  });

  it('starts the delays of a key again after a success, and after it was forgotten', async () => {
    let fail = true;
    const { queue, clock, failures, stop } = setUp({
      handle: async () => {
        if (fail) throw new Error('no');
        return done;
      },
    });
    queue.add('a');
    await clock.advance(100);
    fail = false;
    await clock.advance(200);
    fail = true;
    queue.add('a');
    await clock.advance(0);
    expect(failures.map(({ attempt, retryIn }) => [attempt, retryIn])).toEqual([
      [1, 100],
      [2, 200],
      [1, 100],
    ]);
    queue.forget('a');
    await clock.advance(1_000);
    expect(failures).toHaveLength(3);
    queue.add('a');
    await clock.advance(0);
    expect(failures.at(-1)).toMatchObject({ attempt: 1, retryIn: 100 });
    await stop();
  });

  it('does not retry an error that is terminal, and takes the time that an error asks for', async () => {
    const { queue, clock, failures, stop } = setUp({
      handle: async (key) => {
        throw new Error(key);
      },
      classify: (error) =>
        (error as Error).message === 'terminal' ? { retry: false } : { retry: true, afterMilliseconds: 5_000 },
    });
    queue.add('terminal');
    queue.add('later');
    await clock.advance(5_000);
    expect(failures.map(({ key, retryIn }) => [key, retryIn])).toEqual([
      ['terminal', undefined],
      ['later', 5_000],
      ['later', 5_000],
    ]);
    await stop();
  });

  it('does not let a key that waits for its retry hold up others', async () => {
    const worked: string[] = [];
    const { queue, clock, stop } = setUp({
      concurrency: 1,
      handle: async (key) => {
        if (key.startsWith('bad')) throw new Error('bad');
        worked.push(key);
        return done;
      },
    });
    for (const key of ['bad-1', 'bad-2', 'bad-3', 'good']) queue.add(key);
    await clock.advance(0);
    expect(worked).toEqual(['good']);
    await stop();
  });

  it('lends on the slot of a handler that hangs, so that even more hung keys than slots starve nobody', async () => {
    const hung = gate();
    const worked: string[] = [];
    const { queue, clock, runner, stop } = setUp({
      slotTimeoutMilliseconds: 1_000,
      handle: async (key) => {
        if (key.startsWith('hung')) await hung.opened;
        worked.push(key);
        return done;
      },
    });
    for (const key of ['hung-1', 'hung-2', 'hung-3', 'hung-4', 'good']) queue.add(key);
    queue.add('hung-1');
    await clock.advance(1_999);
    expect(worked).toEqual([]);
    await clock.advance(1);
    expect(worked).toEqual(['good']);
    expect(runner.lent).toBe(4);
    expect(queue.inWork).toBe(4);
    queue.add('hung-1');
    await clock.advance(5_000);
    expect(queue.inWork).toBe(4);
    hung.open();
    await clock.advance(0);
    expect(runner.lent).toBe(0);
    expect(worked.filter((key) => key === 'hung-1')).toHaveLength(2);
    await stop();
  });

  it('keeps its concurrency after slots were lent and came back', async () => {
    let release = gate();
    let active = 0;
    let most = 0;
    const { queue, clock, stop } = setUp({
      slotTimeoutMilliseconds: 10,
      handle: async (key) => {
        if (key.startsWith('slow')) {
          await release.opened;
          return done;
        }
        most = Math.max(most, ++active);
        await clock.sleep(5, new AbortController().signal);
        active--;
        return done;
      },
    });
    queue.add('slow-1');
    queue.add('slow-2');
    await clock.advance(20);
    release.open();
    release = gate();
    await clock.advance(0);
    for (let key = 0; key < 10; key++) queue.add(`quick-${key}`);
    await clock.advance(100);
    expect(most).toBe(2);
    await stop();
  });

  it('waits for the handlers in work when it is aborted, and reports no failure for what the abort did', async () => {
    const cleanUp = gate();
    let ended = false;
    const { queue, clock, failures, running, controller } = setUp({
      handle: async (_key, signal) => {
        try {
          await clock.sleep(60_000, signal);
          return done;
        } finally {
          await cleanUp.opened;
          ended = true;
        }
      },
    });
    queue.add('a');
    await clock.advance(0);
    controller.abort(new Error('stopped'));
    await clock.advance(0);
    expect(ended).toBe(false);
    cleanUp.open();
    await running;
    expect(ended).toBe(true);
    expect(failures).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('begins nothing more once it is aborted', async () => {
    const worked: string[] = [];
    const { queue, clock, stop } = setUp({
      handle: async (key) => {
        worked.push(key);
        return done;
      },
    });
    queue.add('a');
    await clock.advance(0);
    await stop();
    queue.add('b');
    await clock.advance(0);
    expect([worked, queue.length]).toEqual([['a'], 1]);
  });

  it('begins with what was asked for before its start, and never within the call that asks', async () => {
    const clock = new FakeClock();
    const queue = new WorkQueue<string>({ clock });
    const worked: string[] = [];
    const runner = new Runner<string>({
      queue,
      clock,
      concurrency: 1,
      retry: { initialMilliseconds: 1, maximumMilliseconds: 1, factor: 1, jitter: 0, resetAfterMilliseconds: 1 },
      onError: () => undefined,
      handle: async (key) => {
        worked.push(key);
        return done;
      },
    });
    queue.add('early');
    const group = new TaskGroup(new AbortController().signal);
    runner.start(group);
    queue.add('late');
    expect(worked).toEqual([]);
    await clock.advance(0);
    expect(worked).toEqual(['early', 'late']);
    await group.join();
  });

  it('lets others have their turn among many keys', async () => {
    const { queue, clock, stop } = setUp({ concurrency: 1_000, handle: async () => done });
    for (let key = 0; key < 60; key++) queue.add(String(key));
    const left: number[] = [];
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      left.push(queue.length);
    }
    await clock.advance(0);
    expect([left, queue.length]).toEqual([[48, 36, 24], 0]);
    await stop();
  });

  it('ends with the error when the listener for errors throws itself', async () => {
    const { queue, running } = setUp({
      handle: async () => {
        throw new Error('handler');
      },
      onError: () => {
        throw new Error('listener');
      },
    });
    queue.add('a');
    await expect(running).rejects.toThrow('listener');
  });

  it('shares slots with others, in turn, and leaves none to those that have been aborted', async () => {
    const shared = new SharedSlots(1);
    const started: string[] = [];
    const gates = new Map(['a1', 'a2', 'a3', 'b1', 'c1'].map((key) => [key, gate()]));
    const handle = async (key: string): Promise<Outcome> => {
      started.push(key);
      await gates.get(key)?.opened;
      return done;
    };
    const [a, b, c] = [setUp({ handle, shared }), setUp({ handle, shared }), setUp({ handle, shared })];
    for (const key of ['a1', 'a2', 'a3']) a.queue.add(key);
    await a.clock.advance(0);
    c.queue.add('c1');
    await c.clock.advance(0);
    b.queue.add('b1');
    await b.clock.advance(0);
    expect(started).toEqual(['a1']);
    await c.stop();
    for (const key of ['a1', 'a2', 'b1', 'a3']) {
      expect(started.at(-1)).toBe(key);
      gates.get(key)?.open();
      await a.clock.advance(0);
    }
    expect(started).toEqual(['a1', 'a2', 'b1', 'a3']);
    await Promise.all([a.stop(), b.stop()]);
  });
});
