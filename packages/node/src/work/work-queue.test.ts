import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { QueueClosedError } from './queue-closed-error.ts';
import { WorkQueue } from './work-queue.ts';

function setUp() {
  const clock = new FakeClock();
  const queue = new WorkQueue<string>({ clock });
  const controller = new AbortController();
  const taken: string[] = [];
  /** Takes without waiting for the outcome; what is taken is noted. */
  const take = async (): Promise<void> => {
    taken.push(await queue.take(controller.signal));
  };
  return { clock, queue, controller, taken, take, signal: controller.signal };
}

describe('WorkQueue', () => {
  it('says for how long the key has been due that has waited longest, and nothing of keys that wait for their time', async () => {
    const { clock, queue } = setUp();
    expect(queue.oldestMilliseconds).toBe(0);
    queue.addAfter('later', 5_000);
    await clock.advance(1_000);
    expect(queue.oldestMilliseconds).toBe(0);
    queue.add('first');
    await clock.advance(300);
    queue.add('second');
    queue.add('first');
    await clock.advance(200);
    expect(queue.oldestMilliseconds).toBe(500);
    await queue.take(new AbortController().signal);
    expect(queue.oldestMilliseconds).toBe(200);
    queue.forget('second');
    expect(queue.oldestMilliseconds).toBe(0);
  });

  it('gives out a key at once that is added for the first time', async () => {
    const { queue, signal, clock } = setUp();
    queue.add('a');
    expect(await queue.take(signal)).toBe('a');
    expect(clock.pending).toBe(0);
  });

  it('holds a key once, however often it is added', async () => {
    const { queue, signal } = setUp();
    queue.add('a');
    queue.add('a');
    queue.add('b');
    expect(queue.length).toBe(2);
    expect([await queue.take(signal), await queue.take(signal)]).toEqual(['a', 'b']);
  });

  it('gives a key that was added while in work out again after it is done, behind those that waited', async () => {
    const { queue, signal, taken, take, clock } = setUp();
    queue.add('a');
    await queue.take(signal);
    queue.add('a');
    queue.add('a');
    queue.add('b');
    const both = Promise.all([take(), take()]);
    await clock.advance(0);
    expect(taken).toEqual(['b']);
    queue.done('a');
    await both;
    expect(taken).toEqual(['b', 'a']);
    queue.done('a');
    expect(queue.length).toBe(0);
  });

  it('never gives the same key to two takers', async () => {
    const { queue, taken, take, clock } = setUp();
    const takers = [take(), take(), take()];
    queue.add('a');
    queue.add('a');
    queue.addAfter('a', 5);
    await clock.advance(10);
    expect(taken).toEqual(['a']);
    queue.done('a');
    await clock.advance(0);
    expect(taken).toEqual(['a', 'a']);
    queue.done('a');
    queue.add('a');
    await Promise.all(takers);
  });

  it('serves takers in the order in which they asked', async () => {
    const { queue, signal } = setUp();
    const first = queue.take(signal);
    const second = queue.take(signal);
    queue.add('a');
    queue.add('b');
    expect([await first, await second]).toEqual(['a', 'b']);
  });

  it('holds a delayed key back until its time and gives out keys in the order of their times', async () => {
    const { queue, clock, taken, take } = setUp();
    const takers = [take(), take(), take()];
    queue.addAfter('late', 200);
    queue.addAfter('early', 100);
    await clock.advance(99);
    expect(taken).toEqual([]);
    await clock.advance(1);
    expect(taken).toEqual(['early']);
    queue.add('now');
    await clock.advance(100);
    expect(taken).toEqual(['early', 'now', 'late']);
    await Promise.all(takers);
  });

  it('brings a delayed key forward and never puts it back', async () => {
    const { queue, clock, taken, take } = setUp();
    const taker = take();
    queue.addAfter('a', 500);
    queue.addAfter('a', 100);
    queue.addAfter('a', 900);
    await clock.advance(100);
    await taker;
    expect(taken).toEqual(['a']);
    expect(queue.delayed).toBe(0);
  });

  it('drops the delay of a key that is added for now, so that it does not come twice', async () => {
    const { queue, clock, signal } = setUp();
    queue.addAfter('a', 100);
    queue.add('a');
    await queue.take(signal);
    queue.done('a');
    await clock.advance(1_000);
    expect(queue.length).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('makes a key dirty whose delay ends while it is in work', async () => {
    const { queue, clock, signal } = setUp();
    queue.add('a');
    await queue.take(signal);
    queue.addAfter('a', 10);
    await clock.advance(10);
    expect(queue.length).toBe(0);
    queue.done('a');
    expect(queue.length).toBe(1);
  });

  it('forgets a queued key, its delay, and that it was added while in work', async () => {
    const { queue, clock, signal } = setUp();
    const forgotten: string[] = [];
    const stop = queue.onForget((key) => forgotten.push(key));
    queue.add('queued');
    queue.addAfter('delayed', 10);
    queue.forget('queued');
    queue.forget('delayed');
    queue.add('dirty');
    await queue.take(signal);
    queue.add('dirty');
    queue.addAfter('dirty', 10);
    queue.forget('dirty');
    stop();
    queue.forget('other');
    queue.done('dirty');
    await clock.advance(100);
    expect([queue.length, queue.delayed, queue.inWork, clock.pending]).toEqual([0, 0, 0, 0]);
    expect(forgotten).toEqual(['queued', 'delayed', 'dirty']);
  });

  it('lets a taker go with the reason of its abort, and gives the key to the next', async () => {
    const { queue, signal } = setUp();
    const controller = new AbortController();
    const gone = queue.take(controller.signal);
    const next = queue.take(signal);
    controller.abort(new Error('enough'));
    await expect(gone).rejects.toThrow('enough');
    queue.add('a');
    expect(await next).toBe('a');
    await expect(queue.take(controller.signal)).rejects.toThrow('enough');
  });

  it('refuses takers once it is closed, drops what was queued and leaves no timer', async () => {
    const { queue, signal, clock } = setUp();
    const waiting = queue.take(signal);
    queue.addAfter('a', 10);
    queue.close();
    await expect(waiting).rejects.toBeInstanceOf(QueueClosedError);
    await expect(queue.take(signal)).rejects.toBeInstanceOf(QueueClosedError);
    queue.add('b');
    queue.addAfter('b', 1);
    expect([queue.length, queue.delayed, clock.pending]).toEqual([0, 0, 0]);
  });

  it('is fair: a key that keeps coming back does not hold up the others', async () => {
    const { queue, signal } = setUp();
    const order: string[] = [];
    for (const key of ['busy', 'a', 'b']) queue.add(key);
    for (let step = 0; step < 5; step++) {
      const key = await queue.take(signal);
      order.push(key);
      if (key === 'busy') queue.add(key);
      queue.done(key);
    }
    expect(order).toEqual(['busy', 'a', 'b', 'busy', 'busy']);
  });
});
