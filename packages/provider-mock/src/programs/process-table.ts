import { ProcessSignal } from './process-signal.ts';
import type { SignalName } from './process-signal.ts';

interface RunningProcess {
  readonly command: string;
  readonly stop: (signal: SignalName) => void;
}

/** A container may have so many; each is a little of the memory of the process that they are all in. */
const mostProcesses = 1_000;

/** What runs in a container besides its main process, which has the number 1. */
export class ProcessTable {
  readonly #running = new Map<number, RunningProcess>();
  readonly #killMain: ((signal: SignalName) => boolean) | undefined;
  #last = 1;

  /** `killMain` ends the main process, or gives false when it cannot be ended from within. */
  constructor(killMain?: (signal: SignalName) => boolean) {
    this.#killMain = killMain;
  }

  /** No other one may begin. */
  get full(): boolean {
    return this.#running.size >= mostProcesses;
  }

  /** Numbers a process; it ends when its controller is aborted. */
  add(command: string, controller: AbortController): number {
    const id = ++this.#last;
    this.#running.set(id, { command, stop: (signal) => controller.abort(new ProcessSignal(signal)) });
    return id;
  }

  remove(id: number): void {
    this.#running.delete(id);
  }

  list(): { readonly id: number; readonly command: string }[] {
    return Array.from(this.#running, ([id, { command }]) => ({ id, command }));
  }

  /** Undefined when there is no such process; false when it may not be ended. */
  kill(id: number, signal: SignalName): boolean | undefined {
    if (id === 1) return this.#killMain?.(signal) ?? false;
    const process = this.#running.get(id);
    process?.stop(signal);
    return process === undefined ? undefined : true;
  }
}
