import { describe, expect, it } from 'vitest';
import { silentLogger, type Logger } from '../provider/logger.ts';
import { runningPart, startParts, stopParts, type Part } from './parts.ts';

const never = new AbortController().signal;

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

function noted(name: string, notes: string[], more: Partial<Part> = {}): Part {
  return {
    name,
    start: async () => void notes.push(`start ${name}`),
    stop: async () => void notes.push(`stop ${name}`),
    ...more,
  };
}

describe('startParts and stopParts', () => {
  it('start and stop in the order of their lists', async () => {
    const notes: string[] = [];
    const [a, b] = [noted('a', notes), noted('b', notes)];
    await startParts([a, b], never, silentLogger);
    await stopParts([b, a], never, silentLogger);
    expect(notes).toEqual(['start a', 'start b', 'stop b', 'stop a']);
  });

  it('do not start what comes after a part that fails', async () => {
    const notes: string[] = [];
    const broken = noted('broken', notes, { start: () => Promise.reject(new Error('no')) });
    await expect(startParts([broken, noted('b', notes)], never, silentLogger)).rejects.toThrow('no');
    expect(notes).toEqual([]);
  });

  it('end the start when an earlier part fails while a later one is still starting', async () => {
    const failure = Promise.withResolvers<never>();
    const earlier = noted('earlier', [], { failed: failure.promise });
    const slow = noted('slow', [], { start: () => new Promise(() => undefined) });
    const starting = startParts([earlier, slow], never, silentLogger);
    failure.reject(new Error('watch refused'));
    await expect(starting).rejects.toThrow('watch refused');
  });

  it('end the start when it is aborted, with the reason', async () => {
    const stop = new AbortController();
    const slow = noted('slow', [], { start: () => new Promise(() => undefined) });
    const starting = startParts([slow], stop.signal, silentLogger);
    const reason = new Error('stop');
    stop.abort(reason);
    await expect(starting).rejects.toBe(reason);
  });

  it('stop the others when one does not stop well, and say so', async () => {
    const notes: string[] = [];
    const log: Logger = { ...silentLogger, error: (message) => void notes.push(message) };
    const broken = noted('broken', notes, { stop: () => Promise.reject(new Error('no')) });
    await stopParts([broken, noted('b', notes)], never, log);
    expect(notes).toEqual(['A part did not stop well', 'stop b']);
  });
});

describe('runningPart', () => {
  it('is started when it is ready, and stopped when its task has ended', async () => {
    const ready = Promise.withResolvers<void>();
    let ended = false;
    const part = runningPart({
      name: 'p',
      run: async ({ stop }) => {
        await untilAborted(stop).finally(() => (ended = true));
      },
      ready: () => ready.promise,
    });
    const starting = part.start();
    ready.resolve();
    await starting;
    expect(ended).toBe(false);
    await part.stop(never);
    expect(ended).toBe(true);
  });

  it('fails its start, and whoever watches it, with what its task throws', async () => {
    const part = runningPart({
      name: 'p',
      run: () => Promise.reject(new Error('broken')),
      ready: () => new Promise(() => undefined),
    });
    await expect(part.start()).rejects.toThrow('broken');
    await expect(part.failed).rejects.toThrow('broken');
    await part.stop(never);
  });

  it('passes on that the time to stop is over, also when it was over before', async () => {
    for (const late of [false, true]) {
      const part = runningPart({ name: 'p', run: ({ force }) => untilAborted(force).catch(() => undefined) });
      await part.start();
      const force = new AbortController();
      if (late) force.abort();
      const stopping = part.stop(force.signal);
      force.abort();
      await expect(stopping).resolves.toBeUndefined();
    }
  });

  it('can be stopped though it was never started', async () => {
    await expect(runningPart({ name: 'p', run: () => Promise.resolve() }).stop(never)).resolves.toBeUndefined();
  });
});
