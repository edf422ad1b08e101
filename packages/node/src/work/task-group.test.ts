import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { TaskGroup } from './task-group.ts';

function setUp() {
  const clock = new FakeClock();
  const controller = new AbortController();
  return { clock, controller, group: new TaskGroup(controller.signal) };
}

describe('TaskGroup', () => {
  it('joins when every task has ended, also those that a task spawned', async () => {
    const { group } = setUp();
    const ended: string[] = [];
    group.spawn('outer', async () => {
      group.spawn('inner', async () => {
        await Promise.resolve();
        ended.push('inner');
      });
      ended.push('outer');
    });
    await group.join();
    expect(ended).toEqual(['outer', 'inner']);
  });

  it('starts a task in the context in which it was made, not in that of whatever has spawned it', async () => {
    const span = new AsyncLocalStorage<string>();
    const group = span.run('of the group', () => setUp().group);
    const seen: unknown[] = [];
    const look = async (): Promise<void> => {
      seen.push(span.getStore());
      await Promise.resolve();
      seen.push(span.getStore());
    };
    span.run('of another key', () => group.spawn('look', look));
    await group.join();
    expect(seen).toEqual(['of the group', 'of the group']);
  });

  it('joins at once when there is nothing to wait for', async () => {
    const { group } = setUp();
    await expect(group.join()).resolves.toBeUndefined();
  });

  it('aborts the others when one fails, and throws its error', async () => {
    const { group, clock } = setUp();
    const failure = new Error('broken');
    let reason: unknown;
    group.spawn('watch', async (signal) => {
      try {
        await clock.sleep(1_000, signal);
      } catch (error) {
        reason = error;
        throw error;
      }
    });
    group.spawn('lease', () => Promise.reject(failure));
    await expect(group.join()).rejects.toBe(failure);
    expect(reason).toBe(failure);
  });

  it('loses no error when several fail', async () => {
    const { group } = setUp();
    group.spawn('watch', () => Promise.reject(new Error('first')));
    group.spawn('lease', () => Promise.reject(new Error('second')));
    const error = await group.join().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as AggregateError).errors.map(String)).toEqual(['Error: first', 'Error: second']);
    expect((error as AggregateError).message).toBe('2 tasks failed: watch: first; lease: second');
  });

  it('counts a failure of the cleaning up after an abort', async () => {
    const { group, clock, controller } = setUp();
    group.spawn('server', async (signal) => {
      await clock.sleep(1_000, signal).catch(() => undefined);
      throw new Error('could not close');
    });
    controller.abort();
    await expect(group.join()).rejects.toThrow('could not close');
  });

  it('ends in peace when it is aborted from outside or by itself', async () => {
    const { group, clock, controller } = setUp();
    group.spawn('watch', (signal) => clock.sleep(1_000, signal));
    controller.abort(new Error('shut down'));
    await expect(group.join()).resolves.toBeUndefined();

    const other = setUp();
    other.group.spawn('watch', (signal) => other.clock.sleep(1_000, signal));
    other.group.abort('enough');
    await expect(other.group.join()).resolves.toBeUndefined();
    expect(other.controller.signal.aborted).toBe(false);
  });

  it('counts a task that throws before it gives a promise as failed', async () => {
    const { group } = setUp();
    group.spawn('watch', () => {
      throw new Error('at once');
    });
    await expect(group.join()).rejects.toThrow('at once');
  });

  it('can be joined by several, and again after its end', async () => {
    const { group, clock } = setUp();
    group.spawn('first', (signal) => clock.sleep(10, signal));
    const both = Promise.all([group.join(), group.join()]);
    await clock.advance(10);
    await both;
    group.spawn('second', () => Promise.reject(new Error('late')));
    await expect(group.join()).rejects.toThrow('late');
  });
});
