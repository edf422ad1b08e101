import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { ChildProgram } from './child-program.ts';

/** What a run of kubectl left. */
export interface KubectlResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface KubectlOptions {
  readonly program: string;
  readonly kubeconfig: string;
  /** For its cache of the API's discovery; nothing is left in the home directory. */
  readonly directory: string;
}

/** The real kubectl against one cluster. */
export interface Kubectl {
  /** Runs it and gives its standard output. @throws Error with its standard error when it ends with another code than 0. */
  (...words: readonly string[]): Promise<string>;
  /** Runs it with a standard input; objects are given as JSON. */
  withInput(input: string | object, ...words: readonly string[]): Promise<string>;
  /** Runs it, whatever comes of it. */
  attempt(...words: readonly string[]): Promise<KubectlResult>;
  /** Runs it with `-o json`. */
  json<T>(...words: readonly string[]): Promise<T>;
  /** Starts one that goes on until it is stopped, a watch. */
  start(...words: readonly string[]): ChildProgram;
  /** Starts one whose standard streams are the caller's, as bytes. */
  pipe(...words: readonly string[]): ChildProcessWithoutNullStreams;
  /** The command line of a run, for a program that starts it. */
  commandLine(...words: readonly string[]): readonly [program: string, ...words: string[]];
}

export function createKubectl({ program, kubeconfig, directory }: KubectlOptions): Kubectl {
  const global = [`--kubeconfig=${kubeconfig}`, `--cache-dir=${join(directory, 'kubectl-cache')}`];
  const environment = { PATH: process.env['PATH'] ?? '', HOME: directory };

  const run = (words: readonly string[], input: string): Promise<KubectlResult> =>
    new Promise((resolve, reject) => {
      const child = spawn(program, [...global, ...words], { cwd: directory, env: environment });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
      child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout, stderr }));
      child.stdin.end(input);
    });

  const succeed = async (words: readonly string[], input = ''): Promise<string> => {
    const { code, stdout, stderr } = await run(words, input);
    if (code !== 0) throw new Error(`kubectl ${words.join(' ')} ended with ${code}: ${stderr}${stdout}`);
    return stdout;
  };

  return Object.assign((...words: readonly string[]) => succeed(words), {
    withInput: (input: string | object, ...words: readonly string[]) =>
      succeed(words, typeof input === 'string' ? input : JSON.stringify(input)),
    attempt: (...words: readonly string[]) => run(words, ''),
    json: async <T>(...words: readonly string[]) => JSON.parse(await succeed([...words, '-o', 'json'])) as T,
    pipe: (...words: readonly string[]) => spawn(program, [...global, ...words], { cwd: directory, env: environment }),
    commandLine: (...words: readonly string[]) => [program, ...global, ...words] as const,
    start: (...words: readonly string[]) =>
      new ChildProgram({ program, arguments: [...global, ...words], workingDirectory: directory, environment }),
  });
}
