import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { stopSignals } from './stop-signals.ts';

describe('stopSignals', () => {
  it('stops gracefully at the first signal and at once at the second, of either kind', () => {
    const source = new EventEmitter();
    let forced = 0;
    const { signal } = stopSignals(source, () => forced++);
    source.emit('SIGTERM');
    expect([signal.aborted, forced]).toEqual([true, 0]);
    expect((signal.reason as Error).message).toBe('stopped by SIGTERM');
    source.emit('SIGINT');
    expect(forced).toBe(1);
  });

  it('leaves the process alone once it is closed', () => {
    const source = new EventEmitter();
    stopSignals(source, () => undefined).close();
    expect(source.listenerCount('SIGINT') + source.listenerCount('SIGTERM')).toBe(0);
  });
});
