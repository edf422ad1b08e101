import { runNodes, type RunnableNodes } from '../command/run-nodes.ts';
import { describeError } from '../errors/describe-error.ts';
import type { Clock } from '@vk/node';

export interface RunReloadingOptions<Provider> {
  /** What runs first. */
  readonly provider: Provider;
  readonly createNodes: (provider: Provider) => RunnableNodes;
  /** Reads the provider anew. A throw keeps the one that runs. */
  readonly reload: () => Promise<Provider>;
  /** Calls back at every change, until it is closed. */
  readonly watch: (onChange: () => void) => { close(): void };
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly startupTimeout: number;
  /** A line for the person who edits. */
  readonly tell: (line: string) => void;
  /** Called once, when the nodes are ready for the first time. */
  readonly onReady: () => void;
}

/**
 * Runs nodes, and runs them again with the new provider each time it changes. One that does not load, or does not start,
 * leaves the one before it at work.
 *
 * @throws what the first provider fails with.
 */
export async function runReloading<Provider>(options: RunReloadingOptions<Provider>): Promise<void> {
  const { createNodes, reload, watch, clock, stop, startupTimeout, tell } = options;
  let current = options.provider;
  let lastGood: Provider | undefined;
  let next: { readonly provider: Provider } | undefined;
  let replaced = new AbortController();
  const loadNext = serial(async () => {
    try {
      next = { provider: await reload() };
      replaced.abort(new Error('the provider has changed'));
    } catch (error) {
      tell(`the provider has changed, but the one before it goes on: ${describeError(error)}`);
    }
  });
  const taken = (): { readonly provider: Provider } | undefined => next;
  const watcher = watch(loadNext);
  try {
    while (!stop.aborted) {
      next = undefined;
      replaced = new AbortController();
      const provider = current;
      try {
        await runNodes({
          nodes: createNodes(provider),
          clock,
          stop: AbortSignal.any([stop, replaced.signal]),
          startupTimeout,
          onReady: () => {
            if (lastGood === undefined) options.onReady();
            else tell('the provider was taken over');
            lastGood = provider;
          },
        });
      } catch (error) {
        if (lastGood === undefined || lastGood === provider) throw error;
        tell(`the new provider does not start, so the one before it goes on: ${describeError(error)}`);
        current = lastGood;
      }
      current = taken()?.provider ?? current;
    }
  } finally {
    watcher.close();
  }
}

/** One run at a time; calls that come meanwhile become one more run after it. */
function serial(task: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  const start = (): void => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    void task().finally(() => {
      running = false;
      if (!again) return;
      again = false;
      start();
    });
  };
  return start;
}
