import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { runOnChange } from '../control-loop/run-on-change.ts';
import { hasCondition } from '../resources/pods/pod-conditions.ts';
import type { Pod } from '../resources/pods/pod-types.ts';
import { placePod } from './place-pod.ts';
import type { PodDemand } from './pod-demand.ts';
import type { SchedulerPort } from './scheduler-port.ts';
import { SchedulerState } from './scheduler-state.ts';

/** How a scheduler runs. */
export interface SchedulerOptions {
  port: SchedulerPort;
  clock: Clock;
  /** Stops it; `runScheduler` then settles. */
  signal: AbortSignal;
  /** Told of every call to the port that failed. The pod is tried again. */
  onError: (error: unknown) => void;
  /** Pods that name this scheduler are its own. */
  schedulerName?: string;
}

/** How long a pod whose binding failed waits before it is tried again, in milliseconds. */
const retryMilliseconds = 1000;

/** After so many pods the rest of the process has its turn. */
const podsPerTurn = 32;

async function reportFailure({ port }: SchedulerOptions, pod: Pod, message: string): Promise<void> {
  const change = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message } as const;
  const observedGeneration = pod.metadata.generation ?? 0;
  if (hasCondition(pod, change)) return;
  await port.recordEvent({ pod, type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', message });
  await port.setCondition(pod, { ...change, observedGeneration });
}

async function bind({ port }: SchedulerOptions, pod: Pod, nodeName: string): Promise<void> {
  await port.bind(pod, nodeName);
  const { namespace, name } = pod.metadata;
  const message = `Successfully assigned ${namespace}/${name} to ${nodeName}`;
  await port.recordEvent({ pod, type: 'Normal', reason: 'Scheduled', action: 'Binding', message });
}

/**
 * Gives every pod that waits for it a node, or says in an event and in the pod's status why there is none, and tries
 * again when a node changes or a pod goes. Runs until the signal aborts. There is no preemption, and affinity between
 * pods and topology spread are not looked at.
 */
export async function runScheduler(options: SchedulerOptions): Promise<void> {
  const { port, clock, signal, onError } = options;
  const state = new SchedulerState(options.schedulerName ?? 'default-scheduler');
  let start = 0;

  /** Resolves to whether the pod is to be tried again. */
  const schedule = async (uid: string, demand: PodDemand): Promise<boolean> => {
    const pod = state.stillWaiting(uid);
    if (pod === undefined) return false;
    start += 1;
    const placement = placePod(pod, demand, state.nodes, start);
    try {
      if ('message' in placement) {
        state.setAside(uid);
        await reportFailure(options, pod, placement.message);
      } else {
        state.assume(uid, placement.nodeName);
        await bind(options, pod, placement.nodeName);
      }
      return false;
    } catch (error) {
      onError(error);
      state.forget(uid);
      return state.stillWaiting(uid) !== undefined;
    }
  };

  await runOnChange({
    clock,
    signal,
    onError,
    follow: async (changed) => {
      await port.follow('nodes', (change) => (state.onNode(change), changed()), signal);
      await port.follow('pods', (change) => (state.onPod(change), changed()), signal);
    },
    pass: async () => {
      let delay: number | undefined;
      for (const [index, { pod, demand }] of state.takeWaiting().entries()) {
        if (index % podsPerTurn === podsPerTurn - 1) await letOthersRun();
        if (signal.aborted) return undefined;
        if (await schedule(pod.metadata.uid, demand)) delay = retryMilliseconds;
      }
      return delay;
    },
  });
}
