import type { CallContext, Clock, ContainerStreams, LogChunk, Timer } from '@vk/node/provider';
import type { ContainerConfig, RuntimeContainer } from '@vk/node/pod-engine';
import { emptyReader } from '../bytes/byte-reader.ts';
import { Pipe } from '../bytes/pipe.ts';
import { attach } from '../container/attach.ts';
import { createMachine } from '../container/create-machine.ts';
import { userOf } from '../container/environment-of.ts';
import { LogRing } from '../container/log-ring.ts';
import type { Machine } from '../container/machine.ts';
import type { PodVolumes } from '../container/pod-volumes.ts';
import { runLog } from '../container/run-log.ts';
import type { LogSource, RunLogOptions } from '../container/run-log.ts';
import { ProcessSignal } from '../programs/process-signal.ts';
import type { SignalName } from '../programs/process-signal.ts';
import { runProgram } from '../shell/run-program.ts';
import type { ContainerScript } from './container-script.ts';

export interface EngineContainerOptions {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: ContainerConfig;
  readonly script: ContainerScript;
  readonly hostname: string;
  readonly volumes: () => PodVolumes;
  readonly limitBytes: number;
  readonly clock: Clock;
  readonly now: () => number;
  readonly onChange: () => void;
}

/** One run of a container in memory: its main process does what its script says, or runs the container's own command. */
export class EngineContainer {
  readonly id: string;
  readonly sandboxId: string;
  readonly config: ContainerConfig;
  readonly script: ContainerScript;
  readonly #options: EngineContainerOptions;
  readonly #createdAt: number;
  /** Aborted when the run ends: whatever is in the container ends with it. */
  readonly #life = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #startedAt: number | undefined;
  #end: { readonly finishedAt: number; readonly exitCode: number; readonly reason: string } | undefined;
  #timer: Timer | undefined;
  #command: AbortController | undefined;
  #input: Pipe | undefined;
  #ring: LogRing | undefined;
  #machine: Machine | undefined;

  constructor(options: EngineContainerOptions) {
    this.#options = options;
    this.id = options.id;
    this.sandboxId = options.sandboxId;
    this.config = options.config;
    this.script = options.script;
    this.#createdAt = options.now();
  }

  get state(): 'created' | 'running' | 'exited' {
    if (this.#end !== undefined) return 'exited';
    return this.#startedAt === undefined ? 'created' : 'running';
  }

  get startedAt(): number | undefined {
    return this.#startedAt;
  }

  /** The container as the engine knows it. */
  get info(): RuntimeContainer {
    const { ref, name, attempt, specHash, resources, restartDelayMilliseconds, stopSpec, imageRef } = this.config;
    return {
      ref,
      name,
      attempt,
      specHash,
      resources,
      restartDelayMilliseconds,
      ...(stopSpec !== undefined && { stopSpec }),
      id: this.id,
      sandboxId: this.sandboxId,
      state: this.state,
      image: this.config.container.image ?? '',
      imageRef,
      createdAt: this.#createdAt,
      ...(this.#startedAt !== undefined && { startedAt: this.#startedAt }),
      ...this.#end,
    };
  }

  start(): void {
    if (this.state !== 'created') return;
    const { clock, now, onChange } = this.#options;
    const { runTime, exitCode, outOfMemory, mainProcess } = this.script;
    this.#startedAt = now();
    const words = [...(this.config.command ?? []), ...(this.config.args ?? [])];
    if (mainProcess === 'command' && words.length > 0) this.#runCommand(words);
    else if (runTime !== undefined) {
      const end = (): void => (outOfMemory ? this.exit(137, 'OOMKilled') : this.exit(exitCode));
      this.#timer = clock.setTimer(end, runTime);
    }
    onChange();
  }

  /** Asks the main process to stop, and kills it when it takes longer than the grace. Resolves when it has ended. */
  async stop(graceMilliseconds: number, signal: AbortSignal): Promise<void> {
    if (this.state !== 'running') return;
    const { clock } = this.#options;
    const { stopTime } = this.script;
    const killed = graceMilliseconds <= 0 || stopTime > graceMilliseconds;
    const wait = Math.min(stopTime, Math.max(0, graceMilliseconds));
    if (wait > 0) {
      const timer = clock.setTimer(() => this.#signal(killed ? 'KILL' : 'TERM'), wait);
      const onAbort = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => onAbort.resolve(), { once: true });
      await Promise.race([this.#ended.promise, onAbort.promise]);
      timer.cancel();
      signal.throwIfAborted();
      return;
    }
    this.#signal(killed ? 'KILL' : 'TERM');
    await this.#ended.promise;
  }

  /** The main process ends, and everything in the container with it. */
  exit(exitCode: number, reason: string = exitCode === 0 ? 'Completed' : 'Error'): void {
    if (this.state !== 'running') return;
    this.#timer?.cancel();
    this.#end = { finishedAt: this.#options.now(), exitCode, reason };
    this.#life.abort(new ProcessSignal('KILL'));
    this.#ended.resolve();
    this.#options.onChange();
  }

  /** Does something in the container for as long as it runs. */
  during<T>(call: CallContext, proceed: (machine: Machine, signal: AbortSignal) => Promise<T>): Promise<T> {
    return proceed(this.#ensureMachine(), AbortSignal.any([call.signal, this.#life.signal]));
  }

  /** Joins the main process. A shell that is ended ends the container. */
  async attach(io: ContainerStreams, call: CallContext): Promise<void> {
    const kind = this.script.mainProcess;
    const shell = kind === 'shell' && io.stdin !== undefined;
    const signal = shell ? AbortSignal.any([call.signal, this.#life.signal]) : call.signal;
    const input = this.#input;
    const exitCode = await attach(
      {
        kind,
        machine: () => this.#ensureMachine(),
        source: this.#source(),
        ...(input !== undefined && { input }),
        ...(input !== undefined && this.config.container.stdinOnce === true && { onInputEnd: () => input.end() }),
      },
      io,
      { ...call, signal },
    );
    if (exitCode !== undefined) this.exit(exitCode);
  }

  log(options: RunLogOptions, call: CallContext): AsyncIterable<LogChunk> {
    return runLog(this.#source(), options, call);
  }

  /** The files of the container, where something has been in it. */
  get machine(): Machine | undefined {
    return this.#machine;
  }

  #runCommand(words: readonly string[]): void {
    const machine = this.#ensureMachine();
    const ring = this.#ensureRing();
    this.#command = new AbortController();
    if (this.config.container.stdin === true) this.#input = new Pipe();
    const streams = { stdin: this.#input?.reader ?? emptyReader(), stdout: ring.stdout, stderr: ring.stderr };
    const { environment, workingDirectory } = machine;
    const { signal } = this.#command;
    runProgram({ machine, words, environment, workingDirectory, streams, signal }).then(
      (exitCode) => this.exit(exitCode),
      (error: unknown) => {
        this.exit(255, error instanceof Error ? `Error: ${error.message}` : 'Error');
      },
    );
  }

  #signal(name: SignalName): boolean {
    if (name === 'KILL') this.exit(137);
    else if (this.#command === undefined) this.exit(0);
    else this.#command.abort(new ProcessSignal(name));
    return true;
  }

  #ensureRing(): LogRing {
    this.#ring ??= new LogRing(this.#options.now);
    return this.#ring;
  }

  #ensureMachine(): Machine {
    const { hostname, volumes, limitBytes, clock, now, config } = this.#options;
    this.#machine ??= createMachine({
      container: config.container,
      hostname,
      hosts: config.hosts,
      environment: config.environment,
      volumes: volumes(),
      limitBytes,
      ...userOf(config.prepared.pod, config.container),
      clock,
      now,
      log: this.#ensureRing(),
      killMain: (name) => this.#signal(name),
    });
    return this.#machine;
  }

  #source(): LogSource {
    const startedAt = this.#startedAt ?? this.#options.now();
    return {
      script: this.script.mainProcess === 'command' ? {} : this.script.output,
      ring: this.#ensureRing(),
      run: () => ({ startedAt, ...(this.#end !== undefined && { finishedAt: this.#end.finishedAt }) }),
      now: this.#options.now,
      wait: (milliseconds, signal) => this.#wait(milliseconds, signal),
    };
  }

  async #wait(milliseconds: number | undefined, signal: AbortSignal): Promise<void> {
    const done = Promise.withResolvers<void>();
    const timer =
      milliseconds === undefined ? undefined : this.#options.clock.setTimer(() => done.resolve(), milliseconds);
    signal.addEventListener('abort', () => done.resolve(), { once: true });
    if (signal.aborted) done.resolve();
    await Promise.race([done.promise, this.#ended.promise]);
    timer?.cancel();
  }
}
