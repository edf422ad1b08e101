import { NotFound } from '@vk/node/provider';
import type { CallContext, OptionalCapabilities, PodRef } from '@vk/node/provider';
import { attach } from './container/attach.ts';
import type { RecordMachines } from './container/record-machines.ts';
import { runCommand } from './container/run-command.ts';
import { runLog } from './container/run-log.ts';
import type { LoggedRun, LogSource } from './container/run-log.ts';
import { forwardPort } from './network/forward-port.ts';
import type { HttpEcho } from './network/http-echo.ts';
import { defaultPorts } from './network/pod-ports.ts';
import type { PodRecord } from './pod-record.ts';
import { podView } from './pod-view.ts';
import { ProcessSignal } from './programs/process-signal.ts';
import { recordRun, sameRun } from './record-run.ts';
import type { RecordRun } from './record-run.ts';

export interface RecordStreamsOptions {
  /** Undefined when the backend has no such pod any more. */
  readonly find: (uid: string) => PodRecord | undefined;
  readonly now: () => number;
  readonly machines: RecordMachines;
  readonly http: HttpEcho;
  /** Resolves when the pod changes, after the time when there is one, or when the signal is aborted. */
  readonly wait: (uid: string, milliseconds: number | undefined, signal: AbortSignal) => Promise<void>;
}

type RecordStreams = Pick<
  OptionalCapabilities,
  'getContainerLogs' | 'runInContainer' | 'attachToContainer' | 'portForward'
>;

/** What lets people look into pods whose life follows from their record. */
export function createRecordStreams({ find, now, machines, http, wait }: RecordStreamsOptions): RecordStreams {
  function existing(ref: PodRef): PodRecord {
    const pod = find(ref.uid);
    if (pod === undefined) throw new NotFound(`there is no pod ${ref.name} with UID ${ref.uid}`);
    return pod;
  }

  function running(ref: PodRef, name: string): RecordRun & { readonly run: LoggedRun } {
    const found = recordRun(existing(ref), name, now());
    const { run } = found;
    if (run === undefined || run.finishedAt !== undefined) throw new NotFound(`container ${name} does not run`);
    return { ...found, run };
  }

  function sourceOf(ref: PodRef, name: string, { script }: RecordRun, run: LoggedRun): LogSource {
    return {
      script,
      ring: machines.ring(ref.uid, name, run.startedAt),
      run: () => sameRun(find(ref.uid), name, run, now()),
      now,
      wait: (milliseconds, signal) => wait(ref.uid, milliseconds, signal),
    };
  }

  /** Does something in a container for as long as its run lasts: at its end it is killed. */
  async function whileRunning<T>(
    ref: PodRef,
    name: string,
    run: LoggedRun,
    call: CallContext,
    proceed: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const life = new AbortController();
    const done = new AbortController();
    const watching = (async (): Promise<void> => {
      while (!done.signal.aborted) {
        const current = sameRun(find(ref.uid), name, run, now());
        if (current === undefined || current.finishedAt !== undefined) return life.abort(new ProcessSignal('KILL'));
        await wait(ref.uid, undefined, done.signal);
      }
    })();
    try {
      return await proceed(AbortSignal.any([call.signal, life.signal]));
    } finally {
      done.abort();
      await watching;
    }
  }

  return {
    async *getContainerLogs(ref, name, options, call) {
      const found = recordRun(existing(ref), name, now(), options.previous);
      if (found.run === undefined)
        throw new NotFound(`container ${name} has ${options.previous ? 'no previous run' : 'not started'}`);
      yield* runLog(sourceOf(ref, name, found, found.run), options, call);
    },

    async runInContainer(ref, name, command, io, call) {
      const { run } = running(ref, name);
      const machine = machines.machine(existing(ref), name, run.startedAt);
      return whileRunning(ref, name, run, call, async (signal) => ({
        exitCode: await runCommand(machine, command, io, signal),
      }));
    },

    async attachToContainer(ref, name, io, call) {
      const found = running(ref, name);
      const machine = () => machines.machine(existing(ref), name, found.run.startedAt);
      const source = sourceOf(ref, name, found, found.run);
      const join = (signal: AbortSignal): Promise<unknown> =>
        attach({ kind: found.mainProcess, machine, source }, io, { ...call, signal });
      // What only follows the output sees the container's end there, and shows what it wrote last.
      if (found.mainProcess === 'shell') await whileRunning(ref, name, found.run, call, join);
      else await join(call.signal);
    },

    async portForward(ref, port, stream, call) {
      const pod = existing(ref);
      const { phase } = podView(pod, now(), undefined);
      if (phase !== 'Running') throw new NotFound(`pod ${ref.name} does not run`);
      await forwardPort({ ref, port, ports: pod.ports ?? defaultPorts, http }, stream, call.signal);
    },
  };
}
