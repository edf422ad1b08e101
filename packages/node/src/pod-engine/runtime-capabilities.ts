import type { CallContext } from '../provider/call-context.ts';
import { NotFound } from '../provider/errors/not-found.ts';
import type { PodRef } from '../provider/pod-ref.ts';
import type { OptionalCapabilities } from '../provider/provider.ts';
import type { PodEngine } from './driver/pod-engine.ts';
import { latestSandbox, runsOf } from './machine/observation.ts';
import { wireTime } from './machine/wire-time.ts';
import { probeMetrics } from './probe-metrics.ts';
import type { ContainerRuntime } from './runtime/container-runtime.ts';
import type { RuntimeContainer } from './runtime/container.ts';
import type { RuntimeSandbox } from './runtime/sandbox.ts';

/** The optional capabilities of a provider that a runtime brings. What it lacks is absent. */
export function runtimeCapabilities(
  runtime: ContainerRuntime,
  engine: PodEngine,
  /** Since when there is this node, in milliseconds since the epoch. */
  since: number,
): Partial<OptionalCapabilities> {
  const exec = runtime.exec?.bind(runtime);
  const attach = runtime.attach?.bind(runtime);
  const portForward = runtime.portForward?.bind(runtime);
  const getExec = runtime.getExec?.bind(runtime);
  const getAttach = runtime.getAttach?.bind(runtime);
  const getPortForward = runtime.getPortForward?.bind(runtime);
  const podStats = runtime.podStats?.bind(runtime);
  const status = runtime.status?.bind(runtime);
  const startTime = wireTime(since);
  return {
    async *getContainerLogs(ref, container, options, call) {
      const run = await loggedRun(runtime, ref, container, options.previous, call);
      yield* runtime.containerLogs(run, options, call);
    },
    getProbeMetrics: () => Promise.resolve(probeMetrics(engine.pods.values())),
    ...(exec !== undefined && {
      async runInContainer(ref, container, command, io, call) {
        const { id } = await runningContainer(runtime, ref, container, call);
        return exec(id, command, io, call);
      },
    }),
    ...(attach !== undefined && {
      async attachToContainer(ref, container, io, call) {
        const { id } = await runningContainer(runtime, ref, container, call);
        await attach(id, io, call);
      },
    }),
    ...(portForward !== undefined && {
      async portForward(ref, port, stream, call) {
        const { id } = await readySandbox(runtime, ref, call);
        await portForward(id, port, stream, call);
      },
    }),
    ...(getExec !== undefined && {
      async getExec(ref, container, command, streams, call) {
        const { id } = await runningContainer(runtime, ref, container, call);
        return getExec(id, command, streams, call);
      },
    }),
    ...(getAttach !== undefined && {
      async getAttach(ref, container, streams, call) {
        const { id } = await runningContainer(runtime, ref, container, call);
        return getAttach(id, streams, call);
      },
    }),
    ...(getPortForward !== undefined && {
      async getPortForward(ref, call) {
        const { id } = await readySandbox(runtime, ref, call);
        return getPortForward(id, call);
      },
    }),
    ...(podStats !== undefined && {
      async getStatsSummary(call) {
        const refs = [...engine.pods.values()].map(({ ref }) => ref);
        return { node: { startTime }, pods: await podStats(refs, call) };
      },
    }),
    ...(status !== undefined && { ping: (call: CallContext) => status(call) }),
  } satisfies Partial<OptionalCapabilities>;
}

async function runs(
  runtime: ContainerRuntime,
  ref: PodRef,
  name: string,
  call: CallContext,
): Promise<RuntimeContainer[]> {
  const containers = await runtime.listContainers({ podUid: ref.uid }, call);
  return runsOf({ sandboxes: [], containers, outcomes: [] }, name);
}

async function loggedRun(
  runtime: ContainerRuntime,
  ref: PodRef,
  name: string,
  previous: boolean,
  call: CallContext,
): Promise<RuntimeContainer> {
  const found = await runs(runtime, ref, name, call);
  const run = found[previous ? 1 : 0];
  if (run !== undefined) return run;
  throw new NotFound(
    previous && found.length > 0
      ? `previous terminated container "${name}" in pod "${ref.name}" not found`
      : `container "${name}" in pod "${ref.name}" is waiting to start`,
  );
}

async function runningContainer(
  runtime: ContainerRuntime,
  ref: PodRef,
  name: string,
  call: CallContext,
): Promise<RuntimeContainer> {
  const [run] = await runs(runtime, ref, name, call);
  if (run?.state !== 'running') throw new NotFound(`container "${name}" in pod "${ref.name}" does not run`);
  return run;
}

async function readySandbox(runtime: ContainerRuntime, ref: PodRef, call: CallContext): Promise<RuntimeSandbox> {
  const sandboxes = await runtime.listPodSandbox({ podUid: ref.uid }, call);
  const sandbox = latestSandbox({ sandboxes, containers: [], outcomes: [] });
  if (sandbox?.state !== 'ready') throw new NotFound(`pod ${ref.name} does not run`);
  return sandbox;
}
