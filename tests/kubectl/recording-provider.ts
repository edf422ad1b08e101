/**
 * The mock provider, which writes down every call that changes a pod, with the environment that the pod would have got. Given to
 * the command by path, it shows from outside what the core asked of a backend.
 */
import { appendFileSync } from 'node:fs';
import { defineProvider, podRefOf, type PodRef, type Provider } from '@vk/node/provider';
import { mockProvider } from '@vk/provider-mock';
import type { RecordedCall } from './recorded-calls.ts';

/** The environment variable that names the file. */
const variable = 'RECORDED_CALLS';

export const provider = defineProvider({
  ...mockProvider,
  async create(context, connection) {
    const file = context.env[variable];
    if (file === undefined) throw new Error(`${variable} is not set`);
    const record = (call: RecordedCall): void => appendFileSync(file, `${JSON.stringify(call)}\n`);
    const mock = await mockProvider.create(context, connection);
    const recorded = (method: RecordedCall['method'], ref: PodRef): void => record({ method, ...ref });
    return {
      ...mock,
      createPod: (prepared, call) => {
        record({ method: 'createPod', ...podRefOf(prepared.pod), environment: prepared.environment });
        return mock.createPod(prepared, call);
      },
      updatePod: (prepared, previous, call) => {
        recorded('updatePod', podRefOf(prepared.pod));
        return mock.updatePod(prepared, previous, call);
      },
      deletePod: (ref, options, call) => {
        recorded('deletePod', ref);
        return mock.deletePod(ref, options, call);
      },
      removePod: async (ref, call) => {
        recorded('removePod', ref);
        await mock.removePod?.(ref, call);
      },
    } satisfies Provider;
  },
});
