import { podRefOf } from '@vk/node/provider';
import type { BareCase } from '../conformance-case.ts';

/** Promise 6: a call comes back, so that it slows its own work only. */
export const livenessCases: readonly BareCase[] = [
  {
    name: 'aborted-calls-settle',
    under: 'bare',
    promise: 6,
    rule: 'every call whose signal is aborted settles',
    requires: [],
    async run({ provider, pod, call, settled, running }) {
      const prepared = await running();
      const ref = podRefOf(prepared.pod);
      const calls: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>> = {
        createPod: (signal) => provider.createPod(pod(), call(signal)),
        updatePod: (signal) => provider.updatePod(prepared, prepared, call(signal)),
        getPod: (signal) => provider.getPod(ref, call(signal)),
        getPods: (signal) => provider.getPods(call(signal)),
        deletePod: (signal) => provider.deletePod(ref, { gracePeriodSeconds: 1 }, call(signal)),
      };
      for (const [name, start] of Object.entries(calls)) {
        const reason = new Error('the conformance suite aborts this call');
        await settled(`${name} with an aborted signal`, start(AbortSignal.abort(reason)));
        const controller = new AbortController();
        const started = start(controller.signal);
        controller.abort(reason);
        await settled(`${name} after its signal was aborted`, started);
      }
    },
  },
  {
    name: 'ping-answers',
    under: 'bare',
    promise: 6,
    rule: 'ping resolves while the backend is well',
    requires: ['ping'],
    async run({ provider, call, answered }) {
      await answered('ping', provider.ping?.(call()) ?? Promise.resolve());
    },
  },
  {
    name: 'close-settles',
    under: 'bare',
    promise: 6,
    rule: 'closing the provider and its connection settles, also with pods that run',
    requires: [],
    async run({ running, close }) {
      await running();
      await close();
    },
  },
];
