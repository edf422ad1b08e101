import { expect, test } from 'vitest';
import { abortable } from './abortable.ts';

test('work that fails after it was no longer waited for fails for nobody', async () => {
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', onUnhandled);
  try {
    const before = Promise.withResolvers<void>();
    const during = Promise.withResolvers<void>();
    const gone = new AbortController();
    const waited = abortable(during.promise, gone.signal);
    gone.abort(new Error('gone'));
    await expect(waited).rejects.toThrow('gone');
    await expect(abortable(before.promise, gone.signal)).rejects.toThrow('gone');
    before.reject(new Error('late'));
    during.reject(new Error('late'));
    // Node.js reports after the microtasks of a turn.
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', onUnhandled);
  }
});
