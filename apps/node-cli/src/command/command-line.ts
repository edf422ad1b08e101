import { Command, CommanderError, Option } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import type { NodeCommand } from '../flags/flag-definition.ts';
import { flagsOf } from '../flags/flag-table.ts';
import { flagName } from '../flags/flag-values.ts';
import { GivenFlagsRecorder, type GivenFlags } from '../flags/given-flags.ts';
import { retiredFlags } from '../flags/retired-flags.ts';
import type { CommandHost } from './host.ts';
import { describeFlag, exitCodeHelp, rootHelp } from './help-text.ts';

/** What a command line asks for. */
export type ParsedCommand =
  | { readonly name: NodeCommand; readonly given: GivenFlags }
  | { readonly name: 'providers'; readonly provider?: string; readonly output: OutputFormat }
  | { readonly name: 'version'; readonly output: OutputFormat }
  /** Help was asked for, and has been written. */
  | { readonly name: 'help' };

export type OutputFormat = 'text' | 'json';

/**
 * Reads a command line. Without a sub-command it is `run`, as in the Go project.
 *
 * @throws CommandError `usage` in one line for what is not understood.
 */
export async function parseCommandLine(host: Pick<CommandHost, 'arguments' | 'output'>): Promise<ParsedCommand> {
  let parsed: ParsedCommand = { name: 'help' };
  const program = createProgram((command) => {
    parsed = command;
  });
  for (const command of [program, ...program.commands])
    command.exitOverride().configureOutput({
      writeOut: (text) => host.output.write(text),
      writeErr: () => undefined,
      outputError: () => undefined,
      getOutHelpWidth: () => 100,
      getOutHasColors: () => false,
    });
  try {
    await program.parseAsync(host.arguments, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageError(error);
  }
  return parsed;
}

function createProgram(onParsed: (command: ParsedCommand) => void): Command {
  const program = new Command('virtual-kubelet')
    .description('Registers Nodes in a Kubernetes cluster and runs the pods bound to them on a backend of your choice.')
    .usage('[command] [flags]')
    .helpCommand('help [command]', 'Show the flags of a command')
    .addHelpText('after', rootHelp);
  addNodeCommand(program, 'run', 'Run nodes in a cluster (what happens when no command is named)', onParsed);
  addNodeCommand(program, 'dev', 'Run a node on a development cluster, which is started if none is given', onParsed);
  program
    .command('providers')
    .description('List the providers that are installed, or the options of one')
    .argument('[name]', 'a provider, as for --provider')
    .addOption(outputOption())
    .action((name: string | undefined, { output }: { output: OutputFormat }) =>
      onParsed({ name: 'providers', output, ...(name !== undefined && { provider: name }) }),
    );
  program
    .command('version')
    .description('Print the versions of the command, of Node.js and of the provider contract')
    .addOption(outputOption())
    .action(({ output }: { output: OutputFormat }) => onParsed({ name: 'version', output }));
  return program;
}

function outputOption(): Option {
  return new Option('--output <format>', 'for people, or for programs').choices(['text', 'json']).default('text');
}

function addNodeCommand(
  program: Command,
  name: NodeCommand,
  description: string,
  onParsed: (command: ParsedCommand) => void,
): void {
  const command = program
    .command(name, { isDefault: name === 'run' })
    .description(description)
    .usage('[flags]');
  const recorder = new GivenFlagsRecorder();
  for (const { key, definition } of flagsOf(name)) {
    const flag = flagName(key);
    const placeholder = definition.type.placeholder;
    command.addOption(
      new Option(
        placeholder === undefined ? `--${flag} [boolean]` : `--${flag} <${placeholder}>`,
        describeFlag(key, definition, name),
      ).helpGroup(`${definition.group}:`),
    );
    command.on(`option:${flag}`, (value: string | null) => recorder.record(flag, value));
  }
  for (const { name: flag, isSwitch } of retiredFlags) {
    if (flag === undefined) continue;
    command.addOption(new Option(isSwitch === true ? `--${flag} [boolean]` : `--${flag} <value>`).hideHelp());
    command.on(`option:${flag}`, (value: string | null) => recorder.record(flag, value));
  }
  command
    .configureHelp({ optionTerm: (option) => option.flags.replace(' [boolean]', '') })
    .addHelpText('after', exitCodeHelp())
    .action(() => onParsed({ name, given: recorder.given }));
}

/** Commander's message without its prefix and its second line. */
function usageError(error: CommanderError): CommandError {
  const message = error.message.replace(/^error: /, '').replace(/\n\(Did you mean (.*)\?\)$/, '; did you mean $1?');
  return new CommandError('usage', `${message}; see virtual-kubelet --help`);
}
