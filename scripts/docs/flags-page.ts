import { exitCodes } from '../../apps/node-cli/src/errors/exit-codes.ts';
import { defaultOf, flagGroups, type FlagDefinition } from '../../apps/node-cli/src/flags/flag-definition.ts';
import { allFlags } from '../../apps/node-cli/src/flags/flag-table.ts';
import { flagName, flagVariable } from '../../apps/node-cli/src/flags/flag-values.ts';
import { retiredFlags } from '../../apps/node-cli/src/flags/retired-flags.ts';
import { markdownTable } from './markdown-table.ts';
import type { GeneratedPage } from './page.ts';

const code = (text: string): string => `\`${text}\``;

const defaultText = (definition: FlagDefinition<unknown>): string => {
  const [run, dev] = (['run', 'dev'] as const).map((command) => {
    const value = defaultOf(definition, command);
    return value === undefined ? definition.defaultText : code(definition.type.format(value));
  });
  if (definition.only !== undefined)
    return `${(definition.only === 'dev' ? dev : run) ?? ''} (${definition.only} only)`.trim();
  if (run === dev) return run ?? '';
  return [...(run === undefined ? [] : [run]), `${dev ?? 'none'} in dev`].join('; ');
};

const flagRows = (group: string): string[][] =>
  allFlags()
    .filter(({ definition }) => definition.group === group)
    .map(({ key, definition }) => [
      code(`--${flagName(key)}${definition.type.placeholder === undefined ? '' : ` ${definition.type.placeholder}`}`),
      definition.description,
      defaultText(definition),
      [flagVariable(key), ...(definition.variables ?? [])].map(code).join(', '),
    ]);

const render = (): string =>
  [
    '# Flags and exit codes',
    '',
    'Each flag of `virtual-kubelet run` and `virtual-kubelet dev` can be given on the command line, as an environment variable, or in the',
    'file that `--config` names. The command line wins over the environment, the environment over the file.',
    ...flagGroups.flatMap((group) => [
      '',
      `## ${group}`,
      '',
      markdownTable(['flag', 'meaning', 'default', 'variables'], flagRows(group)),
    ]),
    '',
    '## Accepted and without effect',
    '',
    'Flags and variables of the Go programs that are accepted, so that command lines and manifests go on working. Each prints a warning.',
    '',
    markdownTable(
      ['flag or variable', 'what the warning says'],
      retiredFlags.map(({ name, variables, advice }) => [
        [...(name === undefined ? [] : [`--${name}`]), ...(variables ?? [])].map(code).join(', '),
        advice,
      ]),
    ),
    '',
    '## Exit codes',
    '',
    markdownTable(
      ['code', 'when'],
      Object.values(exitCodes).map((exit) => [String(exit.code), exit.when]),
    ),
  ].join('\n');

export const flagsPage: GeneratedPage = {
  path: 'docs/guide/flags.md',
  from: "node-cli's table of flags",
  render,
};
