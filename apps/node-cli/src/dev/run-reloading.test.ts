import { FakeClock } from '@vk/node/testing';
import { describe, expect, it } from 'vitest';
import type { RunnableNodes } from '../command/run-nodes.ts';
import { runReloading } from './run-reloading.ts';

/** A provider is its name; one whose name begins with `broken` does not start. */
class Stage {
  readonly events: string[] = [];
  #waiting: { readonly event: string; readonly resolve: () => void }[] = [];
  onChange: () => void = () => undefined;

  say(event: string): void {
    this.events.push(event);
    const told = this.#waiting.filter((entry) => entry.event === event);
    this.#waiting = this.#waiting.filter((entry) => entry.event !== event);
    for (const { resolve } of told) resolve();
  }

  /** Resolves at the next such event. */
  next(event: string): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ event, resolve }));
  }

  createNodes(name: string): RunnableNodes {
    const ready = Promise.withResolvers<void>();
    ready.promise.catch(() => undefined);
    return {
      ready: ready.promise,
      run: async (signal) => {
        if (name.startsWith('broken')) {
          ready.reject(new Error('no luck'));
          throw new Error('no luck');
        }
        this.say(`${name} runs`);
        ready.resolve();
        if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        this.say(`${name} stopped`);
      },
    };
  }

  run(first: string, reload: () => Promise<string>, stop: AbortSignal): Promise<void> {
    return runReloading({
      provider: first,
      createNodes: (name) => this.createNodes(name),
      reload,
      watch: (onChange) => {
        this.onChange = onChange;
        return { close: () => this.say('watch closed') };
      },
      clock: new FakeClock(),
      stop,
      startupTimeout: 0,
      tell: (line) => this.say(line),
      onReady: () => this.say('ready'),
    });
  }
}

describe('runReloading', () => {
  it('stops the nodes and runs them again with the new provider', async () => {
    const stage = new Stage();
    const stop = new AbortController();
    const ready = stage.next('ready');
    const running = stage.run('first', () => Promise.resolve('second'), stop.signal);
    await ready;
    const taken = stage.next('the provider was taken over');
    stage.onChange();
    await taken;
    stop.abort();
    await running;
    expect(stage.events).toEqual([
      'first runs',
      'ready',
      'first stopped',
      'second runs',
      'the provider was taken over',
      'second stopped',
      'watch closed',
    ]);
  });

  it('keeps the one that runs when the new one does not load', async () => {
    const stage = new Stage();
    const stop = new AbortController();
    const ready = stage.next('ready');
    const running = stage.run('first', () => Promise.reject(new Error('x.ts:1: Expression expected')), stop.signal);
    await ready;
    const line = 'the provider has changed, but the one before it goes on: x.ts:1: Expression expected';
    const told = stage.next(line);
    stage.onChange();
    await told;
    stop.abort();
    await running;
    expect(stage.events).toEqual(['first runs', 'ready', line, 'first stopped', 'watch closed']);
  });

  it('goes back to the one before when the new one does not start', async () => {
    const stage = new Stage();
    const stop = new AbortController();
    const ready = stage.next('ready');
    const running = stage.run('first', () => Promise.resolve('broken'), stop.signal);
    await ready;
    const again = stage.next('the provider was taken over');
    stage.onChange();
    await again;
    stop.abort();
    await running;
    expect(stage.events).toContain('the new provider does not start, so the one before it goes on: no luck');
    expect(stage.events.filter((event) => event === 'first runs')).toHaveLength(2);
  });

  it('fails when the first one does not start', async () => {
    const stage = new Stage();
    await expect(stage.run('broken', () => Promise.resolve('second'), new AbortController().signal)).rejects.toThrow(
      'no luck',
    );
    expect(stage.events).toEqual(['watch closed']);
  });
});
