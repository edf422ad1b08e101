import { readConfigFile } from '../config-file/read-config-file.ts';
import { describeError, describeStack } from '../errors/describe-error.ts';
import { exitCodeOf, exitCodes } from '../errors/exit-codes.ts';
import type { NodeCommand } from '../flags/flag-definition.ts';
import { readFlagFile } from '../flags/flag-file.ts';
import type { GivenFlags } from '../flags/given-flags.ts';
import { flagFilePath, resolveFlags, type ResolvedFlags } from '../flags/resolve-flags.ts';
import { redactText } from '../logging/redact.ts';
import { parseCommandLine, type ParsedCommand } from './command-line.ts';
import type { CommandHost } from './host.ts';
import { holdHeap } from './heap-size.ts';

/** Runs one command line. Gives the exit code; a failure is told in one line on standard error. */
export async function runCommand(host: CommandHost): Promise<number> {
  let debug = false;
  try {
    const command = await parseCommandLine(host);
    debug = wantsDebug(command, host);
    await dispatch(command, host);
    return exitCodes.ok.code;
  } catch (error) {
    // A signal came while something was waited for: there is nothing to tell.
    if (host.stop.aborted && error === host.stop.reason) return exitCodes.ok.code;
    host.errors.write(`virtual-kubelet: ${redactText(describeError(error))}\n`);
    if (debug) host.errors.write(`${redactText(describeStack(error))}\n`);
    return exitCodeOf(error);
  }
}

/** Each command is loaded when it is asked for, so that none waits for what only another one needs. */
async function dispatch(command: ParsedCommand, host: CommandHost): Promise<void> {
  switch (command.name) {
    case 'run': {
      holdHeap(host);
      const [{ run }, flags] = await Promise.all([import('./run.ts'), flagsFor(command.name, command.given, host)]);
      return run(flags, host);
    }
    case 'dev': {
      const [{ dev }, flags] = await Promise.all([
        import('../dev/dev.ts'),
        flagsFor(command.name, command.given, host),
      ]);
      return dev(flags, host);
    }
    case 'providers': {
      const { printProviders } = await import('./providers.ts');
      const { provider: name, output } = command;
      return printProviders({ output, search: host, ...(name !== undefined && { name }) }, host);
    }
    case 'version': {
      const { printVersion } = await import('./version.ts');
      return printVersion(command.output, host);
    }
    case 'help':
      return undefined;
  }
}

async function flagsFor(command: NodeCommand, given: GivenFlags, host: CommandHost): Promise<ResolvedFlags> {
  const { environment, workingDirectory } = host;
  const sources = { command, given, environment };
  const path = flagFilePath(sources);
  if (path === undefined) return resolveFlags(sources);
  const document = await readConfigFile({ file: path, workingDirectory, flag: '--config', failure: 'usage' });
  return resolveFlags({ ...sources, file: readFlagFile(document, command) });
}

/** Before the flags are resolved, since they may be what fails. */
function wantsDebug(command: ParsedCommand, { environment }: CommandHost): boolean {
  const typed = 'given' in command ? command.given.get('log-level')?.at(-1) : undefined;
  return (typed ?? environment['VK_LOG_LEVEL'])?.toLowerCase() === 'debug';
}
