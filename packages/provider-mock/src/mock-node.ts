import { podRefOfStamp } from '@vk/node/provider';
import type { BackendPod, Provider, ProviderContext } from '@vk/node/provider';
import { ChangeFeed, gone } from './change-feed.ts';
import { settingsOf } from './config.ts';
import type { MockConfig } from './config.ts';
import { RecordMachines } from './container/record-machines.ts';
import { hangIfAsked } from './hang.ts';
import type { MockBackend } from './mock-backend.ts';
import { HttpEcho } from './network/http-echo.ts';
import { nodeShape } from './node-shape.ts';
import { createPing } from './ping.ts';
import { createPodCalls } from './pod-calls.ts';
import type { PodRecord } from './pod-record.ts';
import { isLost, podView } from './pod-view.ts';
import { parseQuantity } from './quantity.ts';
import { measuredPods } from './record-statistics.ts';
import { createRecordStreams } from './record-streams.ts';
import { Statistics } from './statistics.ts';
import { startTimeline } from './timeline.ts';

/** The mock as one node sees it. */
export function createMockNode(context: ProviderContext<MockConfig>, backend: MockBackend): Provider {
  const { clock, clusterId, nodeName } = context;
  const node = { clusterId, nodeName };
  const settings = settingsOf(context.config, nodeName);
  const timeline = startTimeline(clock);
  const hostIP = context.addresses.find(({ type }) => type === 'InternalIP')?.address;

  const machines = new RecordMachines({
    clock,
    now: timeline,
    nodeName,
    hostIP,
    limitBytes: parseQuantity(context.config.fileLimit) ?? 0,
  });
  const statistics = new Statistics({
    seed: context.config.seed,
    nodeName,
    memoryBytes: parseQuantity(settings.memory),
    now: timeline,
  });

  const changes = new ChangeFeed({
    clock,
    timeline,
    uids: () => backend.list(node).map(({ ownership }) => ownership.uid),
    observe: (uid) => {
      const pod = backend.get(node, uid);
      if (pod === undefined) return undefined;
      if (isLost(pod, timeline())) return { pod: gone(podRefOfStamp(pod.ownership)) };
      const { status, changesAt } = podView(pod, timeline(), hostIP);
      return { pod: backendPod(pod, status), ...(changesAt !== undefined && { changesAt }) };
    },
  });

  /** The pod, when it is this node's and not lost. A lost one is let go of here. */
  async function find(uid: string): Promise<PodRecord | undefined> {
    const pod = backend.get(node, uid);
    if (pod === undefined || !isLost(pod, timeline())) return pod;
    machines.forget(uid);
    await backend.remove(uid);
    return undefined;
  }

  const show = (pod: PodRecord): BackendPod => backendPod(pod, podView(pod, timeline(), hostIP).status);

  const provider: Provider = {
    ...createPodCalls({
      backend,
      node,
      defaults: settings.behaviour,
      seed: context.config.seed,
      timeline,
      changes,
      machines,
    }),

    async getPod(ref, call) {
      call.signal.throwIfAborted();
      const pod = await find(ref.uid);
      if (pod === undefined) return undefined;
      await hangIfAsked('getPod', pod, call.signal);
      return show(pod);
    },

    async getPods(call) {
      call.signal.throwIfAborted();
      const pods = await Promise.all(backend.list(node).map(({ ownership }) => find(ownership.uid)));
      return pods.filter((pod) => pod !== undefined).map(show);
    },

    async configureNode(_node, call) {
      call.signal.throwIfAborted();
      return nodeShape(settings);
    },

    ...createRecordStreams({
      find: (uid) => {
        const pod = backend.get(node, uid);
        return pod === undefined || isLost(pod, timeline()) ? undefined : pod;
      },
      now: timeline,
      machines,
      http: new HttpEcho(),
      wait: untilChange,
    }),

    async getStatsSummary(call) {
      call.signal.throwIfAborted();
      const now = timeline();
      const pods = backend.list(node).filter((pod) => !isLost(pod, now));
      return statistics.summary(measuredPods(pods, now));
    },

    ping: createPing(settings.pingFailures, clock),
  };

  /** Resolves when the pod changes, after the time when there is one, or when the signal is aborted. */
  async function untilChange(uid: string, milliseconds: number | undefined, signal: AbortSignal): Promise<void> {
    const waiting = new AbortController();
    const stop = (): void => waiting.abort();
    const timer = milliseconds === undefined ? undefined : clock.setTimer(stop, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    await changes.follow((changed) => {
      if (changed.ref.uid === uid) stop();
    }, waiting.signal);
    timer?.cancel();
    signal.removeEventListener('abort', stop);
  }

  if (!settings.notify) return provider;
  return { ...provider, notifyPods: (onPod, call) => changes.follow(onPod, call.signal) };
}

function backendPod(pod: PodRecord, status: NonNullable<BackendPod['status']>): BackendPod {
  const { ownership, appliedHash } = pod;
  return { ref: podRefOfStamp(ownership), status, ownership, appliedHash };
}
