import { NotFound, podRefOf } from '@vk/node/provider';
import type { CallContext, ContainerStreams, PodRef, Provider } from '@vk/node/provider';
import type { BareCase } from '../conformance-case.ts';
import { expectThat } from '../conformance-error.ts';

async function* nothing(): AsyncGenerator<never> {
  // No terminal, no resizes.
}

function streams(): ContainerStreams {
  return { stdout: new WritableStream(), stderr: new WritableStream(), tty: false, resizes: nothing() };
}

async function firstOf(logs: AsyncIterable<unknown> | undefined): Promise<void> {
  for await (const _chunk of logs ?? []) return;
}

type Call = (provider: Provider, ref: PodRef, call: CallContext) => Promise<unknown> | undefined;

type UnknownPodMethod =
  | 'getContainerLogs'
  | 'runInContainer'
  | 'attachToContainer'
  | 'portForward'
  | 'getExec'
  | 'getAttach'
  | 'getPortForward'
  | 'checkpointContainer';

const output = { stdin: false, stdout: true, stderr: true, tty: false };
const logOptions = { follow: false, previous: false };

const calls: Readonly<Record<UnknownPodMethod, Call>> = {
  getContainerLogs: (provider, ref, call) => firstOf(provider.getContainerLogs?.(ref, 'app', logOptions, call)),
  runInContainer: (provider, ref, call) => provider.runInContainer?.(ref, 'app', ['true'], streams(), call),
  attachToContainer: (provider, ref, call) => provider.attachToContainer?.(ref, 'app', streams(), call),
  portForward: (provider, ref, call) => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    return provider.portForward?.(ref, 80, { readable, writable }, call);
  },
  getExec: (provider, ref, call) => provider.getExec?.(ref, 'app', ['true'], output, call),
  getAttach: (provider, ref, call) => provider.getAttach?.(ref, 'app', output, call),
  getPortForward: (provider, ref, call) => provider.getPortForward?.(ref, call),
  checkpointContainer: (provider, ref, call) => provider.checkpointContainer?.(ref, 'app', call),
};

/** Promise 4 again: a capability never answers for a pod that is not there. */
export const unknownPodCases: readonly BareCase[] = (Object.keys(calls) as UnknownPodMethod[]).map(
  (method): BareCase => ({
    name: `${method}-of-an-unknown-pod`,
    under: 'bare',
    promise: 4,
    rule: `${method} of a pod that the backend does not have throws NotFound`,
    requires: [method],
    async run({ provider, pod, call, settled }) {
      const made = calls[method](provider, podRefOf(pod().pod), call()) ?? Promise.resolve();
      const outcome = await settled(`${method} of an unknown pod`, made);
      expectThat(outcome.status === 'rejected', 'it gave an answer');
      expectThat(NotFound.isInstance(outcome.reason), `it threw ${String(outcome.reason)}`);
    },
  }),
);
