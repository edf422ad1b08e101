import { NotFound, podRefOf } from '@vk/node/provider';
import type { BareCase } from '../conformance-case.ts';
import { expectThat } from '../conformance-error.ts';

/** Deletion: asked for at least once, whatever has become of the pod. */
export const deletionCases: readonly BareCase[] = [
  {
    name: 'delete-of-an-unknown-pod',
    under: 'bare',
    promise: 6,
    rule: 'deletePod of a pod that the backend does not have resolves or throws NotFound',
    requires: [],
    async run({ provider, pod, call, settled }) {
      const outcome = await settled(
        'deletePod of an unknown pod',
        provider.deletePod(podRefOf(pod().pod), { gracePeriodSeconds: 30 }, call()),
      );
      expectThat(
        outcome.status === 'fulfilled' || NotFound.isInstance(outcome.reason),
        `it threw ${outcome.status === 'rejected' ? String(outcome.reason) : ''}`,
      );
    },
  },
  {
    name: 'delete-again-with-a-shorter-grace',
    under: 'bare',
    promise: 6,
    rule: 'deletePod may come again, with a shorter grace, and the pod ends',
    requires: [],
    async run({ provider, call, answered, settled, running, ended }) {
      const prepared = await running();
      const ref = podRefOf(prepared.pod);
      const options = { gracePeriodSeconds: 30, pod: prepared.pod };
      await answered('deletePod', provider.deletePod(ref, options, call()));
      const outcome = await settled(
        'the second deletePod',
        provider.deletePod(ref, { ...options, gracePeriodSeconds: 0 }, call()),
      );
      expectThat(
        outcome.status === 'fulfilled' || NotFound.isInstance(outcome.reason),
        `the second deletePod threw ${outcome.status === 'rejected' ? String(outcome.reason) : ''}`,
      );
      await ended(ref);
    },
  },
  {
    name: 'delete-without-the-api-pod',
    under: 'bare',
    promise: 6,
    rule: 'deletePod works without the API pod, as for a pod whose object is gone already',
    requires: [],
    async run({ provider, call, answered, running, ended }) {
      const ref = podRefOf((await running()).pod);
      await answered('deletePod without a pod', provider.deletePod(ref, { gracePeriodSeconds: 0 }, call()));
      await ended(ref);
    },
  },
];
