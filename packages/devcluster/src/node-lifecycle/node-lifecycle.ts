import type { Clock } from '../clock.ts';
import { runOnChange } from '../control-loop/run-on-change.ts';
import { Evictions } from './evictions.ts';
import {
  announceMembership,
  evictionEvent,
  evictPod,
  markPodNotReady,
  nodeEvent,
  removeOrphan,
} from './lifecycle-actions.ts';
import type { NodeLifecyclePort } from './node-lifecycle-port.ts';
import { NodeLifecycleState, type TrackedNode } from './node-lifecycle-state.ts';
import { OrphanWatch } from './orphan-watch.ts';
import { conditionsOfSilentNode } from './silent-node.ts';
import { conditionOf, isFullDisruption, wantedTaints } from './wanted-taints.ts';

/** How the node lifecycle runs. All times are milliseconds. */
export interface NodeLifecycleOptions {
  port: NodeLifecyclePort;
  clock: Clock;
  /** Stops it; `runNodeLifecycle` then settles. */
  signal: AbortSignal;
  /** Told of every call to the port that failed. It is tried again. */
  onError: (error: unknown) => void;
  /** How long a node that has reported itself may be silent. Default: 50 s, as kube-controller-manager 1.36. */
  nodeMonitorGracePeriod?: number;
  /** How long a new node may take to report itself for the first time. Default: 60 s. */
  nodeStartupGracePeriod?: number;
  /** How often silence is looked for. Default: 5 s. */
  nodeMonitorPeriod?: number;
  /** How long pods outlive their node's object before they go. Default: 40 s. */
  orphanGracePeriod?: number;
}

const retryMilliseconds = 1000;
/**
 * Keeps the cluster's view of its nodes true: a node that falls silent becomes Unknown, conditions become taints, pods on
 * a node that is not ready are not ready, pods leave nodes whose taints they do not tolerate, and pods of a node that is
 * no more are removed. Runs until the signal aborts.
 */
export async function runNodeLifecycle(options: NodeLifecycleOptions): Promise<void> {
  const { port, clock, signal, onError } = options;
  const monitorPeriod = options.nodeMonitorPeriod ?? 5000;
  const periods = {
    afterReport: options.nodeMonitorGracePeriod ?? 50_000,
    beforeReport: options.nodeStartupGracePeriod ?? 60_000,
  };
  const state = new NodeLifecycleState(() => clock.now());
  const evictions = new Evictions();
  const orphans = new OrphanWatch(options.orphanGracePeriod ?? 40_000);
  let nextMonitor = clock.now();
  let evictionsAreHeld = false;

  const giveUpSilentNode = async ({ node, heartbeat }: TrackedNode): Promise<void> => {
    if (clock.now() <= heartbeat.silentAt(node, periods)) return;
    const conditions = conditionsOfSilentNode(node, clock.now());
    if (conditions === undefined) return;
    await port.setNodeConditions(node, conditions);
    if (conditionOf(node, 'Ready')?.status !== 'True') return;
    const message = `Node ${node.metadata.name} status is now: NodeNotReady`;
    await port.recordEvent(nodeEvent(node, 'NodeNotReady', message));
  };

  const reconcileNode = async (name: string): Promise<void> => {
    const tracked = state.node(name);
    if (tracked === undefined) return;
    await giveUpSilentNode(tracked);
    const { node } = tracked;
    const now = clock.now();
    const taints = wantedTaints(node, now, { evictionsAreHeld });
    if (taints !== undefined) await port.setNodeTaints(node, taints);
    const ready = conditionOf(node, 'Ready');
    const isDown = ready !== undefined && ready.status !== 'True';
    for (const pod of state.podsOn(name)) {
      if (isDown) await markPodNotReady(port, pod);
      const calledOff = evictions.plan(pod, taints ?? node.spec.taints, now);
      if (calledOff) await port.recordEvent(evictionEvent(pod, 'Cancelling deletion of'));
    }
  };

  /** Runs one step; when it fails, says so and answers false. */
  const attempt = async (step: () => Promise<void>): Promise<boolean> => {
    try {
      await step();
      return true;
    } catch (error) {
      onError(error);
      return false;
    }
  };

  const pass = async (): Promise<number> => {
    let failed = false;
    await attempt(() => announceMembership(port, state.takeMembership()));
    if (clock.now() >= nextMonitor) {
      nextMonitor = clock.now() + monitorPeriod;
      for (const { node, heartbeat } of state.tracked()) {
        const isSilent = clock.now() > heartbeat.silentAt(node, periods);
        if (isSilent && conditionOf(node, 'Ready')?.status !== 'Unknown') state.touch(node.metadata.name);
      }
    }
    const isHeld = isFullDisruption(state.allNodes());
    if (isHeld !== evictionsAreHeld) {
      evictionsAreHeld = isHeld;
      state.touchAll();
    }
    for (const name of state.takeTouched()) {
      if (await attempt(() => reconcileNode(name))) continue;
      state.touch(name);
      failed = true;
    }
    for (const uid of evictions.takeDue(clock.now())) {
      const pod = state.pod(uid);
      if (pod === undefined || (await attempt(() => evictPod(port, pod)))) continue;
      state.touch(pod.spec.nodeName ?? '');
      failed = true;
    }
    for (const name of orphans.lost(state.missingNodes(), clock.now())) {
      for (const pod of state.podsOn(name)) if (!(await attempt(() => removeOrphan(port, pod)))) failed = true;
    }
    const times = [nextMonitor, evictions.nextDue() ?? Infinity, failed ? clock.now() + retryMilliseconds : Infinity];
    return Math.max(0, Math.min(...times) - clock.now());
  };

  await runOnChange({
    clock,
    signal,
    onError,
    follow: async (changed) => {
      await port.follow('leases', (change) => void (state.onLease(change) && changed()), signal);
      await port.follow('nodes', (change) => void (state.onNode(change) && changed()), signal);
      await port.follow(
        'pods',
        (change) => {
          if (change.type === 'deleted') evictions.forget(change.object.metadata.uid);
          if (state.onPod(change)) changed();
        },
        signal,
      );
    },
    pass,
  });
}
