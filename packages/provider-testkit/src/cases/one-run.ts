import { podRefOf } from '@vk/node/provider';
import type { BareCase } from '../conformance-case.ts';
import { expectThat } from '../conformance-error.ts';

/** Promise 1: at most one live backend object for each pod. */
export const oneRunCases: readonly BareCase[] = [
  {
    name: 'create-is-idempotent',
    under: 'bare',
    promise: 1,
    rule: 'a second createPod for the same UID adopts what is there and changes nothing',
    requires: [],
    async run({ provider, pod, call, answered, listed }) {
      const prepared = pod();
      const ref = podRefOf(prepared.pod);
      await answered('createPod', provider.createPod(prepared, call()));
      await answered('the second createPod', provider.createPod(prepared, call()));
      const found = await listed(ref);
      expectThat(found.length === 1, `getPods lists the pod ${found.length} times after two createPod calls`);
    },
  },
  {
    name: 'concurrent-creates-of-one-pod',
    under: 'bare',
    promise: 1,
    rule: 'createPod calls for the same UID at the same time make one pod, and all of them resolve',
    requires: [],
    async run({ provider, pod, call, answered, listed }) {
      const prepared = pod();
      const calls = Array.from({ length: 5 }, () => provider.createPod(prepared, call()));
      await answered('five createPod calls at once', Promise.all(calls));
      const found = await listed(podRefOf(prepared.pod));
      expectThat(found.length === 1, `getPods lists the pod ${found.length} times after five createPod calls at once`);
    },
  },
  {
    name: 'concurrent-creates-of-many-pods',
    under: 'bare',
    promise: 1,
    rule: 'pods that are created at the same time are all there, each once',
    requires: [],
    async run({ provider, pod, call, answered, listed }) {
      const pods = Array.from({ length: 10 }, () => pod());
      await answered(
        'ten createPod calls at once',
        Promise.all(pods.map((prepared) => provider.createPod(prepared, call()))),
      );
      for (const prepared of pods) {
        const found = await listed(podRefOf(prepared.pod));
        expectThat(found.length === 1, `getPods lists one of ten new pods ${found.length} times`);
      }
    },
  },
  {
    name: 'aborted-create-can-be-tried-again',
    under: 'bare',
    promise: 1,
    rule: 'a createPod that was aborted, whatever came of it, can be called again and leaves one pod',
    requires: [],
    async run({ provider, pod, call, answered, settled, listed }) {
      const prepared = pod();
      const controller = new AbortController();
      const first = provider.createPod(prepared, call(controller.signal));
      controller.abort(new Error('the conformance suite aborts this call'));
      await settled('createPod after its signal was aborted', first);
      await answered('createPod after an aborted one', provider.createPod(prepared, call()));
      const found = await listed(podRefOf(prepared.pod));
      expectThat(found.length === 1, `getPods lists the pod ${found.length} times`);
    },
  },
  {
    name: 'a-name-again-is-another-pod',
    under: 'bare',
    promise: 1,
    rule: 'a pod that is created again under the same name, with another UID, and the old one do not disturb each other',
    requires: [],
    async run({ provider, pod, call, answered, status, running, ended, until, listed }) {
      const old = await running();
      const oldRef = podRefOf(old.pod);
      const again = pod({ name: oldRef.name });
      const ref = podRefOf(again.pod);
      await answered('createPod under a name in use', provider.createPod(again, call()));
      const [first] = await listed(oldRef);
      expectThat(first !== undefined, 'the old pod is not listed any more once the new one was created');
      await until('the new pod to run beside the old one', async () => {
        return (await status(ref))?.phase === 'Running' ? true : undefined;
      });
      await answered('deletePod of the old one', provider.deletePod(oldRef, { gracePeriodSeconds: 1 }, call()));
      await ended(oldRef);
      const phase = (await status(ref))?.phase;
      expectThat(phase === 'Running', `the new pod is ${phase ?? 'absent'} after the old one was deleted`);
    },
  },
  {
    name: 'absent-is-undefined',
    under: 'bare',
    promise: 1,
    rule: 'getPod of a UID that the backend does not have is undefined, also when a pod of that name is there',
    requires: [],
    async run({ provider, pod, call, answered, running }) {
      const unknown = await answered('getPod', provider.getPod(podRefOf(pod().pod), call()));
      expectThat(unknown === undefined, 'getPod gave a pod that was never created');
      const there = await running();
      const other = pod({ name: podRefOf(there.pod).name });
      const mistaken = await answered('getPod', provider.getPod(podRefOf(other.pod), call()));
      expectThat(mistaken === undefined, 'getPod gave the pod of that name although its UID is another');
    },
  },
  {
    name: 'pods-outlive-the-process',
    under: 'bare',
    promise: 1,
    rule: 'a backend that is not declared to die with the process has its pods, stamp and hash after a restart',
    requires: ['durable backend'],
    async run({ running, restart, listed }) {
      const prepared = await running();
      await restart();
      const [found, ...more] = await listed(podRefOf(prepared.pod));
      expectThat(found !== undefined, 'the pod is gone after a restart');
      expectThat(more.length === 0, 'the pod is listed more than once after a restart');
      expectThat(found.appliedHash === prepared.hash, `its appliedHash is ${found.appliedHash ?? 'missing'}`);
      expectThat(found.ownership?.uid === prepared.ownership.uid, 'its stamp is gone');
    },
  },
  {
    name: 'create-after-restart-adopts',
    under: 'bare',
    promise: 1,
    rule: 'createPod after a restart adopts the pod that an earlier process created',
    requires: ['durable backend'],
    async run({ running, restart, call, answered, listed }) {
      const prepared = await running();
      const provider = await restart();
      await answered('createPod after a restart', provider.createPod(prepared, call()));
      const found = await listed(podRefOf(prepared.pod));
      expectThat(found.length === 1, `getPods lists the pod ${found.length} times`);
    },
  },
];
