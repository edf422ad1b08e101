import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WaitingLine } from './waiting-line.ts';

describe('WaitingLine', () => {
  it('listens once to a signal, however many wait with it, and no more when all are served', async () => {
    const line = new WaitingLine<number>();
    const { signal } = new AbortController();
    const waiting = [line.join(signal), line.join(signal)];
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    line.serve(1);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    line.serve(2);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    await expect(Promise.all(waiting)).resolves.toEqual([1, 2]);
  });

  it('sends away those whose signal is aborted, and serves the others in their order', async () => {
    const line = new WaitingLine<string>();
    const leaving = new AbortController();
    const staying = new AbortController();
    const gone = [line.join(leaving.signal), line.join(leaving.signal)];
    const first = line.join(staying.signal);
    const late = line.join(leaving.signal);
    const second = line.join(staying.signal);
    leaving.abort(new Error('enough'));
    const outcomes = await Promise.allSettled([...gone, late]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(line.size).toBe(2);
    line.serve('a');
    line.serve('b');
    await expect(Promise.all([first, second])).resolves.toEqual(['a', 'b']);
  });
});
