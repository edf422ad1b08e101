import { ImagePulls, MemoryImagePullRecords, podProviderFrom } from '@vk/node/pod-engine';
import type { FieldError, Pod, Provider, ProviderContext } from '@vk/node/provider';
import { readBehaviour } from '../behaviour.ts';
import { settingsOf } from '../config.ts';
import type { MockConfig } from '../config.ts';
import type { MockBackend } from '../mock-backend.ts';
import { nodeShape } from '../node-shape.ts';
import { createPing } from '../ping.ts';
import { parseQuantity } from '../quantity.ts';
import { Statistics } from '../statistics.ts';
import { startTimeline } from '../timeline.ts';
import { MockRuntime } from './mock-runtime.ts';
import { virtualProbes } from './virtual-probes.ts';

/** The mock as one node sees it, with pods on the pod engine and containers in memory. */
export function createEngineNode(context: ProviderContext<MockConfig>, backend: MockBackend): Provider {
  const { clock, log, clusterId, nodeName, config } = context;
  const settings = settingsOf(config, nodeName);
  const hostIP = context.addresses.find(({ type }) => type === 'InternalIP')?.address;
  const { runtime, statistics, imagePulls } = backend.engine({ clusterId, nodeName }, (addresses) => {
    const now = startTimeline(clock);
    const figures = new Statistics({
      seed: config.seed,
      nodeName,
      memoryBytes: parseQuantity(settings.memory),
      now,
    });
    const containers = new MockRuntime({
      clock,
      now,
      nodeName,
      hostIP,
      defaults: settings.behaviour,
      seed: config.seed,
      limitBytes: parseQuantity(config.fileLimit) ?? 0,
      statistics: figures,
      addresses,
    });
    const pulls = new ImagePulls({ records: new MemoryImagePullRecords(), clock, log });
    return { runtime: containers, statistics: figures, imagePulls: pulls };
  });
  const { notifyPods, ...polled } = podProviderFrom(runtime, {
    context,
    imagePulls,
    probes: virtualProbes(runtime),
    // No name is ever looked up; without an address each pod would be warned that it lacks one.
    clusterDns: ['10.96.0.10'],
  });

  return {
    ...polled,
    ...(settings.notify && notifyPods !== undefined && { notifyPods }),
    refuse: (pod) => refuse(pod, settings.behaviour),
    async configureNode(_node, call) {
      call.signal.throwIfAborted();
      return nodeShape(settings);
    },
    async getStatsSummary(call) {
      call.signal.throwIfAborted();
      const uids = new Set(runtime.sandboxes.all().map(({ info }) => info.ref.uid));
      return statistics.summary([...uids].flatMap((uid) => runtime.containers.measuredPod(uid)));
    },
    ping: createPing(settings.pingFailures, clock),
  };
}

function refuse(pod: Pod, defaults: Readonly<Record<string, string>>): FieldError[] {
  const behaviour = readBehaviour(pod, defaults, 'engine');
  const fields = behaviour.of('refuse') ?? [];
  return [
    ...behaviour.errors,
    ...fields.map((field) => ({ field, message: 'the mock backend cannot do this: the pod says so' })),
  ];
}
