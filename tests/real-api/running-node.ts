import { createKubeClient, createNode, loadKubeConfig, systemClock, type Clock, type NodesOptions } from '@vk/node';
import { defineProvider, type ProviderContext } from '@vk/node/provider';
import { mockProvider } from '@vk/provider-mock';

/** A clock that can be put forward; timers keep their pace. */
export interface ShiftedClock extends Clock {
  forward(milliseconds: number): void;
}

export function shiftedClock(): ShiftedClock {
  let offset = 0;
  return {
    now: () => systemClock.now() + offset,
    monotonic: () => systemClock.monotonic(),
    setTimer: (callback, milliseconds) => systemClock.setTimer(callback, milliseconds),
    sleep: (milliseconds, signal) => systemClock.sleep(milliseconds, signal),
    forward: (milliseconds) => {
      offset += milliseconds;
    },
  };
}

export interface RunningNode {
  readonly name: string;
  /** What the core gives the provider: its whole access to the API server. */
  readonly context: ProviderContext<unknown>;
  /** Stops it and waits for its end. */
  stop(): Promise<void>;
}

export type RunningNodeOptions = Omit<NodesOptions, 'names' | 'client' | 'provider'> & {
  readonly name: string;
  readonly kubeconfig: string;
};

/** Runs a node on the mock provider in this process. Resolves when it is ready. @throws what made its start fail. */
export async function runNode({ name, kubeconfig, ...options }: RunningNodeOptions): Promise<RunningNode> {
  const clock = options.clock ?? systemClock;
  const client = createKubeClient({
    cluster: await loadKubeConfig({ path: kubeconfig, environment: {} }),
    clock,
    userAgent: 'virtual-kubelet-tests',
  });
  let context: ProviderContext<unknown> | undefined;
  const provider = defineProvider({
    ...mockProvider,
    create: (
      given: Parameters<typeof mockProvider.create>[0],
      connection: Parameters<typeof mockProvider.create>[1],
    ) => {
      context = given;
      return mockProvider.create(given, connection);
    },
  });
  const node = createNode({ ...options, name, client, provider });
  const stop = new AbortController();
  const run = async (): Promise<void> => {
    try {
      await node.run(stop.signal);
    } finally {
      await client.close();
    }
  };
  const running = run();
  // Whoever waits for the start or for the end gets the error.
  running.catch(() => undefined);
  await Promise.race([node.ready, running]);
  if (context === undefined) throw new Error('the provider was not made');
  return {
    name,
    context,
    stop: async () => {
      stop.abort(new Error('the test is over'));
      await running;
    },
  };
}
