import type { Clock } from '@vk/node/provider';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { VirtualFileSystem } from '../file-system/virtual-file-system.ts';
import type { Program } from '../programs/process.ts';
import type { ProcessTable } from '../programs/process-table.ts';

/** A container as the programs in it see it. */
export interface Machine {
  readonly hostname: string;
  readonly files: VirtualFileSystem;
  /** With everything resolved, Secrets included, as a process in a real container has it. */
  readonly environment: ReadonlyMap<string, string>;
  readonly workingDirectory: string;
  readonly userId: number;
  readonly groupId: number;
  readonly clock: Clock;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly processes: ProcessTable;
  /** What can be run, by name: the shell and the programs that a system comes with. */
  readonly programs: ReadonlyMap<string, Program>;
  /** The output of the main process: the container's log. */
  readonly log: { readonly stdout: ByteWriter; readonly stderr: ByteWriter };
}
