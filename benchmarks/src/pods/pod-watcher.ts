import { podResource, Reflector, systemClock, type KubeClient } from '@vk/node';

/** Sees from outside when each pod became Running and when it was gone. */
export interface PodWatcher {
  /** `performance.now()` of the first sight of phase Running, by name. */
  readonly running: ReadonlyMap<string, number>;
  /** `performance.now()` of the deletion, by name. */
  readonly gone: ReadonlyMap<string, number>;
  /**
   * Resolves when that many pods have been seen Running, or gone.
   * @throws Error when a pod that is waited for has failed: what it waits for would not come.
   */
  until(what: 'running' | 'gone', count: number): Promise<void>;
  stop(): Promise<void>;
}

/** @param onPod is called with each pod as it is seen. */
export async function watchPods(
  client: KubeClient,
  node: string,
  onPod: (name: string, phase: string | undefined) => void = () => undefined,
): Promise<PodWatcher> {
  const running = new Map<string, number>();
  const gone = new Map<string, number>();
  let failure: string | undefined;
  let wake = Promise.withResolvers<void>();
  const wakeUp = (): void => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  const note = (times: Map<string, number>, name: string): void => {
    if (times.has(name)) return;
    times.set(name, performance.now());
    wakeUp();
  };
  const reflector = new Reflector({
    client,
    clock: systemClock,
    type: podResource,
    fieldSelector: `spec.nodeName=${node}`,
    handlers: {
      onApply: (pod) => {
        const name = pod.metadata?.name ?? '';
        onPod(name, pod.status?.phase);
        if (pod.status?.phase === 'Running') note(running, name);
        if (pod.status?.phase === 'Failed' && !running.has(name)) {
          failure = `pod ${name} failed before it ran: ${pod.status.reason ?? ''} ${pod.status.message ?? ''}`;
          wakeUp();
        }
      },
      onDelete: (pod) => note(gone, pod.metadata?.name ?? ''),
    },
  });
  const stop = new AbortController();
  const watching = reflector.run(stop.signal);
  await reflector.synced;
  return {
    running,
    gone,
    async until(what, count) {
      const times = what === 'running' ? running : gone;
      while (times.size < count) {
        if (what === 'running' && failure !== undefined) throw new Error(failure);
        await wake.promise;
      }
    },
    async stop() {
      stop.abort();
      await watching;
    },
  };
}
