import { describe, expect, it } from 'vitest';
import { RequestLine } from './request-line.ts';

const { signal } = new AbortController();

describe('RequestLine', () => {
  it('serves what is urgent first, and otherwise who came first', async () => {
    const line = new RequestLine(1);
    expect(line.join({ urgent: false, signal })).toBeUndefined();
    const served: string[] = [];
    const wait = async (name: string, urgent: boolean): Promise<void> => {
      await line.join({ urgent, signal });
      served.push(name);
    };
    const waiting = [wait('first', false), wait('second', false), wait('urgent', true)];
    for (const _ of waiting) line.leave();
    await Promise.all(waiting);
    expect(served).toEqual(['urgent', 'first', 'second']);
  });

  it('gives a place that nobody waits for to the next one at once', () => {
    const line = new RequestLine(1);
    expect(line.join({ urgent: false, signal })).toBeUndefined();
    line.leave();
    expect(line.join({ urgent: false, signal })).toBeUndefined();
  });

  it('lets go of who is aborted while waiting, and loses no place by that', async () => {
    const line = new RequestLine(1);
    expect(line.join({ urgent: false, signal })).toBeUndefined();
    const stop = new AbortController();
    const aborted = line.join({ urgent: true, signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    line.leave();
    expect(line.join({ urgent: false, signal })).toBeUndefined();
  });
});
