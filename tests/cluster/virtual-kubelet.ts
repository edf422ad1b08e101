import { fileURLToPath } from 'node:url';
import { ChildProgram } from './child-program.ts';

/** The built command, as a user runs it. */
const command = fileURLToPath(new URL('dist/main.js', import.meta.resolve('@vk/node-cli/package.json')));

export interface VirtualKubeletOptions {
  /** The command and its flags. */
  readonly words: readonly string[];
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts `virtual-kubelet` in a process of its own. */
export function startVirtualKubelet({ words, directory, environment = {} }: VirtualKubeletOptions): ChildProgram {
  return new ChildProgram({
    program: process.execPath,
    arguments: [command, ...words],
    workingDirectory: directory,
    environment: { HOME: directory, TMPDIR: directory, ...environment },
  });
}
