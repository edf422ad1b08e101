import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pathWith } from './find-programs.ts';
import type { PrivateNetwork } from './containerd/private-network.ts';

const startMilliseconds = 30_000;
const probeMilliseconds = 100;

export interface RuntimeDaemonOptions {
  readonly program: string;
  readonly words: readonly string[];
  readonly network: PrivateNetwork;
  /** Where its output goes. */
  readonly log: string;
  /** Where the programs that it starts are looked for first. */
  readonly directory?: string | undefined;
  readonly environment?: Readonly<Record<string, string>>;
  /** Rejects until the daemon answers. */
  readonly answers: () => Promise<unknown>;
}

/** The process of a container runtime, that can be killed and started again. */
export class RuntimeDaemon {
  readonly #options: RuntimeDaemonOptions;
  #process: ChildProcess | undefined;

  constructor(options: RuntimeDaemonOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Resolves when it answers. @throws with the end of its log when it does not come up. */
  async start(): Promise<void> {
    const { program, words, network, log, directory, environment, answers } = this.#options;
    const output = createWriteStream(log, { flags: 'a' });
    await once(output, 'open');
    this.#process = spawn('nsenter', [`--net=${network.namespace}`, program, ...words], {
      stdio: ['ignore', output, output],
      env: { ...process.env, ...environment, PATH: pathWith(directory) },
    });
    output.end();
    const deadline = Date.now() + startMilliseconds;
    for (;;) {
      try {
        await answers();
        return;
      } catch (error) {
        if (!this.isRunning || Date.now() > deadline) {
          const end = (await readFile(log, 'utf8')).split('\n').slice(-5).join('\n');
          throw new Error(`${program} did not start: ${end}`, { cause: error });
        }
      }
      await new Promise((resolve) => {
        setTimeout(resolve, probeMilliseconds);
      });
    }
  }

  async kill(): Promise<void> {
    const running = this.#process;
    const wasRunning = this.isRunning;
    this.#process = undefined;
    if (running === undefined || !wasRunning) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
  }
}
