import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { WorkQueue } from './work-queue.ts';

function setUp() {
  const clock = new FakeClock();
  const queue = new WorkQueue<string>({ clock });
  const told: string[] = [];
  queue.attach({ onDue: () => told.push('due'), onForget: (key) => told.push(`forget ${key}`) });
  return { clock, queue, told };
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
    queue.take();
    expect(queue.oldestMilliseconds).toBe(200);
    queue.forget('second');
    expect(queue.oldestMilliseconds).toBe(0);
  });

  it('gives out a key at once that is added for the first time, and nothing where no key is due', () => {
    const { queue, clock } = setUp();
    expect(queue.take()).toBeUndefined();
    queue.add('a');
    expect([queue.take(), queue.take()]).toEqual(['a', undefined]);
    expect(clock.pending).toBe(0);
  });

  it('holds a key once, however often it is added', () => {
    const { queue, told } = setUp();
    queue.add('a');
    queue.add('a');
    queue.add('b');
    expect(queue.length).toBe(2);
    expect([queue.take(), queue.take()]).toEqual(['a', 'b']);
    expect(told).toEqual(['due', 'due']);
  });

  it('gives a key that was added while in work out again after it is done, behind those that waited', () => {
    const { queue } = setUp();
    queue.add('a');
    queue.take();
    queue.add('a');
    queue.add('a');
    queue.add('b');
    queue.add('c');
    expect(queue.take()).toBe('b');
    queue.done('a');
    expect([queue.take(), queue.take(), queue.take()]).toEqual(['c', 'a', undefined]);
    queue.done('a');
    expect([queue.length, queue.inWork]).toEqual([0, 2]);
  });

  it('never has a key in work twice', async () => {
    const { queue, clock } = setUp();
    queue.add('a');
    queue.take();
    queue.addAfter('a', 5);
    await clock.advance(10);
    expect(queue.take()).toBeUndefined();
    queue.done('a');
    expect(queue.take()).toBe('a');
  });

  it('holds a delayed key back until its time and gives out keys in the order of their times', async () => {
    const { queue, clock, told } = setUp();
    queue.addAfter('late', 200);
    queue.addAfter('early', 100);
    await clock.advance(99);
    expect([queue.take(), told]).toEqual([undefined, []]);
    await clock.advance(1);
    expect(told).toEqual(['due']);
    queue.add('now');
    await clock.advance(100);
    expect([queue.take(), queue.take(), queue.take()]).toEqual(['early', 'now', 'late']);
  });

  it('brings a delayed key forward and never puts it back', async () => {
    const { queue, clock } = setUp();
    queue.addAfter('a', 500);
    queue.addAfter('a', 100);
    queue.addAfter('a', 900);
    await clock.advance(100);
    expect(queue.take()).toBe('a');
    expect(queue.delayed).toBe(0);
  });

  it('drops the delay of a key that is added for now, so that it does not come twice', async () => {
    const { queue, clock } = setUp();
    queue.addAfter('a', 100);
    queue.add('a');
    queue.take();
    queue.done('a');
    await clock.advance(1_000);
    expect(queue.length).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('has a key again whose delay ends while it is in work', async () => {
    const { queue, clock } = setUp();
    queue.add('a');
    queue.take();
    queue.addAfter('a', 10);
    await clock.advance(10);
    expect(queue.length).toBe(0);
    queue.done('a');
    expect(queue.length).toBe(1);
  });

  it('forgets a queued key, its delay, and that it was added while in work', async () => {
    const { queue, clock, told } = setUp();
    queue.add('queued');
    queue.addAfter('delayed', 10);
    queue.forget('queued');
    queue.forget('delayed');
    queue.add('dirty');
    queue.take();
    queue.add('dirty');
    queue.addAfter('dirty', 10);
    queue.forget('dirty');
    queue.done('dirty');
    await clock.advance(100);
    expect([queue.length, queue.delayed, queue.inWork, clock.pending]).toEqual([0, 0, 0, 0]);
    expect(told.filter((each) => each !== 'due')).toEqual(['forget queued', 'forget delayed', 'forget dirty']);
  });

  it('is fair: a key that keeps coming back does not hold up the others', () => {
    const { queue } = setUp();
    const order: (string | undefined)[] = [];
    for (const key of ['busy', 'a', 'b']) queue.add(key);
    for (let step = 0; step < 5; step++) {
      const key = queue.take() ?? '';
      order.push(key);
      if (key === 'busy') queue.add(key);
      queue.done(key);
    }
    expect(order).toEqual(['busy', 'a', 'b', 'busy', 'busy']);
  });
});
