import { podRefOf, Unsupported } from '@vk/node/provider';
import type { BackendPod, PreparedPod } from '@vk/node/provider';
import type { BareCase } from '../conformance-case.ts';
import { expectThat } from '../conformance-error.ts';
import { otherTestNode } from '../harness/bare-harness.ts';

/** Fails unless the backend gives back the whole of what was put on the pod. */
export function expectIdentity(found: BackendPod | undefined, prepared: PreparedPod, where: string): void {
  const ref = podRefOf(prepared.pod);
  expectThat(found !== undefined, `${where} does not have the pod`);
  for (const part of ['namespace', 'name', 'uid'] as const)
    expectThat(found.ref[part] === ref[part], `the ref of ${where} has the ${part} ${JSON.stringify(found.ref[part])}`);
  for (const part of ['clusterId', 'nodeName', 'namespace', 'name', 'uid'] as const) {
    const value = found.ownership?.[part];
    expectThat(
      value === prepared.ownership[part],
      `the stamp of ${where} has the ${part} ${JSON.stringify(value)} instead of ${JSON.stringify(prepared.ownership[part])}`,
    );
  }
  expectThat(
    found.appliedHash === prepared.hash,
    `the appliedHash of ${where} is ${JSON.stringify(found.appliedHash)} instead of ${JSON.stringify(prepared.hash)}`,
  );
}

/** Promise 2: what is ours can be told from what is not, so nothing is deleted by mistake. */
export const ownershipCases: readonly BareCase[] = [
  {
    name: 'one-pod-carries-its-stamp',
    under: 'bare',
    promise: 2,
    rule: 'getPod gives back the ref, the whole ownership stamp and the hash that the pod was created with',
    requires: [],
    async run({ provider, call, answered, running }) {
      const prepared = await running();
      const found = await answered('getPod', provider.getPod(podRefOf(prepared.pod), call()));
      expectIdentity(found, prepared, 'getPod');
    },
  },
  {
    name: 'listed-pods-carry-their-stamp',
    under: 'bare',
    promise: 2,
    rule: 'getPods gives back each ref, whole ownership stamp and hash',
    requires: [],
    async run({ running, listed }) {
      for (const prepared of [await running(), await running()]) {
        const [found] = await listed(podRefOf(prepared.pod));
        expectIdentity(found, prepared, 'getPods');
      }
    },
  },
  {
    name: 'only-this-node-is-listed',
    under: 'bare',
    promise: 2,
    rule: "getPods lists the pods with this node's stamp and no others, though two nodes share a connection",
    requires: [],
    async run({ provider, otherNode, running, pod, call, answered, listed }) {
      const other = await otherNode();
      const own = await running();
      const theirs = pod({ nodeName: otherTestNode });
      await answered('createPod on the other node', other.createPod(theirs, call()));
      const mixed = await listed(podRefOf(theirs.pod), provider);
      expectThat(mixed.length === 0, "a node lists another node's pod");
      const seen = await listed(podRefOf(theirs.pod), other);
      expectThat(seen.length === 1, `the other node lists its own pod ${seen.length} times`);
      const leaked = await listed(podRefOf(own.pod), other);
      expectThat(leaked.length === 0, "the other node lists this node's pod");
    },
  },
  {
    name: 'delete-leaves-the-others',
    under: 'bare',
    promise: 2,
    rule: 'deletePod and removePod touch the pod that they name and no other',
    requires: [],
    async run({ provider, call, answered, running, ended, status }) {
      const kept = podRefOf((await running()).pod);
      const deleted = podRefOf((await running()).pod);
      await answered('deletePod', provider.deletePod(deleted, { gracePeriodSeconds: 1 }, call()));
      await ended(deleted);
      if (provider.removePod !== undefined) await answered('removePod', provider.removePod(deleted, call()));
      const phase = (await status(kept))?.phase;
      expectThat(phase === 'Running', `a pod that nobody deleted is ${phase ?? 'absent'}`);
    },
  },
  {
    name: 'update-stores-the-hash',
    under: 'bare',
    promise: 2,
    rule: 'after updatePod the backend gives back the new hash, or the old one when it threw Unsupported',
    requires: [],
    async run({ provider, call, settled, running, listed }) {
      const before = await running();
      const after: PreparedPod = { ...before, hash: `${before.hash}-updated` };
      const outcome = await settled('updatePod', provider.updatePod(after, before, call()));
      if (outcome.status === 'rejected' && !Unsupported.isInstance(outcome.reason)) throw outcome.reason;
      const expected = outcome.status === 'fulfilled' ? after.hash : before.hash;
      const [found] = await listed(podRefOf(before.pod));
      expectThat(
        found?.appliedHash === expected,
        `updatePod ${outcome.status === 'fulfilled' ? 'resolved' : 'threw Unsupported'} and the appliedHash is ${JSON.stringify(found?.appliedHash)}`,
      );
    },
  },
  {
    name: 'remove-frees-the-pod',
    under: 'bare',
    promise: 2,
    rule: 'after removePod the backend has nothing of the pod any more, and a second removePod is no error',
    requires: ['removePod'],
    async run({ provider, call, answered, running, ended, listed }) {
      const ref = podRefOf((await running()).pod);
      await answered('deletePod', provider.deletePod(ref, { gracePeriodSeconds: 1 }, call()));
      await ended(ref);
      await answered('removePod', provider.removePod?.(ref, call()) ?? Promise.resolve());
      const left = await answered('getPod', provider.getPod(ref, call()));
      expectThat(left === undefined, 'getPod still gives the pod after removePod');
      expectThat((await listed(ref)).length === 0, 'getPods still lists the pod after removePod');
      await answered('the second removePod', provider.removePod?.(ref, call()) ?? Promise.resolve());
    },
  },
];
