/** The `virtual-kubelet` command as a function, for those who wrap it, and the data that its help and guide are made from. */
export type { CommandHost, TextOutput } from './command/host.ts';
export { runCommand } from './command/run-command.ts';
export { exitCodes, type ExitCode, type ExitKind } from './errors/exit-codes.ts';
