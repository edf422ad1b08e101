import type { CallContext } from '../../provider/call-context.ts';
import type { Pod } from '../../provider/wire.ts';
import { allContainers } from '../machine/turn.ts';
import type { ContainerRuntime } from '../runtime/container-runtime.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import type { SeenPod } from './seen-pod.ts';
import { terminationMessage } from './termination-message.ts';

/** All messages of a pod together, as with the kubelet; each container has an equal share. */
const longestOfPod = 12 * 1024;

interface Look {
  /** Termination messages by container id: read once for each run, and kept here. */
  readonly messages: Map<string, string>;
  /** Most likely the runtime has nothing of the pod; without a sandbox there are no containers to list. */
  readonly isNew: boolean;
}

/** Looks at one pod in the runtime. */
export async function observePod(
  runtime: ContainerRuntime,
  pod: Pod,
  { messages, isNew }: Look,
  call: CallContext,
): Promise<SeenPod> {
  const podUid = pod.metadata?.uid ?? '';
  const sandboxesFirst = isNew ? await runtime.listPodSandbox({ podUid }, call) : undefined;
  if (sandboxesFirst?.length === 0) return { sandboxes: [], containers: [] };
  const [sandboxes, listed] = await Promise.all([
    sandboxesFirst ?? runtime.listPodSandbox({ podUid }, call),
    runtime.listContainers({ podUid }, call),
  ]);
  const containers = await Promise.all(listed.map((run) => withMessage(runtime, pod, run, messages, call)));
  for (const id of messages.keys()) if (!listed.some((run) => run.id === id)) messages.delete(id);
  return { sandboxes, containers };
}

interface ContainerLook extends Pick<Look, 'messages'> {
  /** The pod as it was seen before. */
  readonly seen: SeenPod;
  /** The containers that are looked at. */
  readonly ids: ReadonlySet<string>;
}

/** Looks at some containers of a pod; all else is as it was seen before. */
export async function observeContainers(
  runtime: ContainerRuntime,
  pod: Pod,
  { messages, seen, ids }: ContainerLook,
  call: CallContext,
): Promise<SeenPod> {
  const filter = { podUid: pod.metadata?.uid ?? '', containerIds: [...ids] };
  const listed = (await runtime.listContainers(filter, call)).filter(({ id }) => ids.has(id));
  const looked = await Promise.all(listed.map((run) => withMessage(runtime, pod, run, messages, call)));
  return { ...seen, containers: [...seen.containers.filter(({ id }) => !ids.has(id)), ...looked] };
}

async function withMessage(
  runtime: ContainerRuntime,
  pod: Pod,
  run: RuntimeContainer,
  messages: Map<string, string>,
  call: CallContext,
): Promise<RuntimeContainer> {
  if (run.state !== 'exited') return run;
  let message = messages.get(run.id);
  if (message === undefined) {
    const spec = pod.spec ?? { containers: [] };
    const container = allContainers(spec).find(({ name }) => name === run.name);
    const share = Math.floor(longestOfPod / Math.max(1, allContainers(spec).length));
    message = (await terminationMessage(runtime, run, container, call)).slice(0, share);
    messages.set(run.id, message);
  }
  return { ...run, message };
}
