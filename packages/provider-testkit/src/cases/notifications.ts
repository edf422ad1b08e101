import { isTerminalPhase, podRefOf } from '@vk/node/provider';
import type { BackendPod, GonePod } from '@vk/node/provider';
import type { BareCase } from '../conformance-case.ts';
import { expectThat } from '../conformance-error.ts';
import type { BareHarness } from '../harness/bare-harness.ts';
import { expectIdentity } from './ownership.ts';

interface Subscription {
  readonly heard: (BackendPod | GonePod)[];
  /** Aborts it and waits for its end. */
  stop(): Promise<void>;
}

function subscribe({ provider, call, settled }: BareHarness): Subscription {
  const controller = new AbortController();
  const heard: (BackendPod | GonePod)[] = [];
  const ended = provider.notifyPods?.((pod) => heard.push(pod), call(controller.signal)) ?? Promise.resolve();
  return {
    heard,
    async stop() {
      controller.abort(new Error('the conformance suite ends this subscription'));
      await settled('notifyPods after its signal was aborted', ended);
    },
  };
}

function latest(heard: readonly (BackendPod | GonePod)[], uid: string): BackendPod | GonePod | undefined {
  return heard.findLast(({ ref }) => ref.uid === uid);
}

/** Promise 3 again: what changes is told, where the provider says that it tells. */
export const notificationCases: readonly BareCase[] = [
  {
    name: 'changes-are-notified',
    under: 'bare',
    promise: 3,
    rule: 'notifyPods tells that a pod runs and that it has ended, with its ref, stamp, hash and status',
    requires: ['notifyPods'],
    async run(harness) {
      const { provider, pod, call, answered, until } = harness;
      const subscription = subscribe(harness);
      const prepared = pod();
      const ref = podRefOf(prepared.pod);
      await answered('createPod', provider.createPod(prepared, call()));
      const running = await until('a notification that the pod runs', () => {
        const told = latest(subscription.heard, ref.uid);
        return told !== undefined && 'status' in told && told.status?.phase === 'Running' ? told : undefined;
      });
      expectIdentity(running, prepared, 'a notification');
      await answered('deletePod', provider.deletePod(ref, { gracePeriodSeconds: 1 }, call()));
      await until('a notification that the pod has ended', () => {
        const told = latest(subscription.heard, ref.uid);
        if (told === undefined) return undefined;
        return 'gone' in told || isTerminalPhase(told.status?.phase) ? true : undefined;
      });
      await subscription.stop();
    },
  },
  {
    name: 'notifications-end-on-abort',
    under: 'bare',
    promise: 6,
    rule: 'notifyPods settles when its signal is aborted, and tells of nothing afterwards',
    requires: ['notifyPods'],
    async run(harness) {
      const subscription = subscribe(harness);
      await subscription.stop();
      await harness.running();
      expectThat(subscription.heard.length === 0, 'it told of a pod after it was aborted');
    },
  },
  {
    name: 'a-second-subscription-works',
    under: 'bare',
    promise: 6,
    rule: 'after one notifyPods has ended, another one tells of changes',
    requires: ['notifyPods'],
    async run(harness) {
      await subscribe(harness).stop();
      const again = subscribe(harness);
      const prepared = await harness.running();
      await harness.until('a notification by the second subscription', () =>
        latest(again.heard, podRefOf(prepared.pod).uid),
      );
      await again.stop();
    },
  },
];
