import { jsonSchemaOf } from '../provider/json-schema.ts';
import { installedProviders } from '../provider/installed-providers.ts';
import { loadProvider, type LoadedProvider } from '../provider/load-provider.ts';
import { optionTable, type ProviderOption } from '../provider/option-table.ts';
import type { ProviderSearch } from '../provider/resolve-provider.ts';
import type { OutputFormat } from './command-line.ts';
import type { CommandHost } from './host.ts';
import { textTable } from './text-table.ts';

export interface PrintProvidersOptions {
  /** Absent: all of them. */
  readonly name?: string;
  readonly output: OutputFormat;
  readonly search: ProviderSearch;
}

/** `virtual-kubelet providers [name]`. */
export async function printProviders(
  { name, output, search }: PrintProvidersOptions,
  host: Pick<CommandHost, 'output'>,
): Promise<void> {
  const text = name === undefined ? await listAll(output, search) : await showOne(name, output, search);
  host.output.write(`${text}\n`);
}

async function listAll(output: OutputFormat, search: ProviderSearch): Promise<string> {
  const providers = await installedProviders(search);
  if (output === 'json') return JSON.stringify(providers, undefined, 2);
  return textTable(
    ['NAME', 'PACKAGE', 'VERSION', 'FROM'],
    providers.map((provider) => [provider.name, provider.package, provider.version, provider.from]),
  );
}

async function showOne(name: string, output: OutputFormat, search: ProviderSearch): Promise<string> {
  const loaded = await loadProvider(name, search);
  const schema = jsonSchemaOf(loaded.definition.configSchema);
  const options = schema === undefined ? undefined : optionTable(schema);
  if (output === 'json')
    return JSON.stringify(
      {
        name: loaded.definition.name,
        version: loaded.location.package?.version,
        file: loaded.location.file,
        contract: loaded.definition.specificationVersion,
        injected: loaded.definition.injected,
        options,
      },
      undefined,
      2,
    );
  return `${heading(loaded)}\n\n${describeOptions(options)}`;
}

function heading({ definition, location }: LoadedProvider): string {
  const injected = Object.entries(definition.injected).map(([field, treatment]) => `  ${field}: ${treatment}`);
  return [
    `${definition.name} (${location.label}, contract ${definition.specificationVersion})`,
    location.file,
    '',
    'What the API server injects into pods:',
    ...injected,
  ].join('\n');
}

function describeOptions(options: readonly ProviderOption[] | undefined): string {
  if (options === undefined)
    return 'Its options (--provider-config, --provider-option) are checked, but its schema cannot list them.';
  if (options.length === 0) return 'It has no options (--provider-config, --provider-option).';
  return textTable(
    ['OPTION', 'TYPE', 'DEFAULT', 'DESCRIPTION'],
    options.map(({ key, type, required, default: value, description = '' }) => [
      key,
      type,
      value === undefined ? (required ? '(required)' : '') : JSON.stringify(value),
      description.replaceAll('\n', ' '),
    ]),
  );
}
