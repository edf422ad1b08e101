import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface RunningCommand {
  /** Resolves with the first line of its output that fits; rejects, with all it said, when it ends before. */
  readonly line: (pattern: RegExp) => Promise<string>;
  /** Sends SIGINT, as Ctrl-C does, and resolves with the exit code. */
  readonly interrupt: () => Promise<number | null>;
  /** Ends it whatever it does. */
  readonly kill: () => Promise<void>;
}

export interface StartOptions {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Starts a program and listens to what it says on both streams. */
export const startCommand = (
  [program, ...parameters]: readonly [string, ...string[]],
  options: StartOptions,
): RunningCommand => {
  const child = spawn(program, parameters, {
    cwd: options.directory,
    env: { ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  const notify = (): void => listeners.forEach((listener) => listener());
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      notify();
    });
  }
  let ended = false;
  const end = new Promise<number | null>((resolve) => {
    const finish = (code: number | null): void => {
      ended = true;
      resolve(code);
      notify();
    };
    child.on('close', finish);
    child.on('error', (error) => {
      lines.push(error.message);
      finish(null);
    });
  });
  return {
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) => pattern.test(line));
          if (found === undefined && !ended) return;
          listeners.delete(look);
          if (found === undefined)
            reject(new Error(`${program} ended without ${String(pattern)}:\n${lines.join('\n')}`));
          else resolve(found);
        };
        listeners.add(look);
        look();
      }),
    interrupt: () => {
      child.kill('SIGINT');
      return end;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await end;
    },
  };
};
