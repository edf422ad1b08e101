import { resolve } from 'node:path';
import type { ConfigDocument } from '../config-file/config-document.ts';
import { readConfigFile } from '../config-file/read-config-file.ts';
import { CommandError } from '../errors/command-error.ts';
import type { FlagValues } from '../flags/flag-values.ts';
import { loadProvider, type LoadedProvider } from '../provider/load-provider.ts';
import { withProviderOptions } from '../provider/with-provider-options.ts';
import { checkProviderConfig } from '../provider/provider-config.ts';
import type { CommandHost } from './host.ts';

/** A provider with the configuration that it was given. */
export interface OpenedProvider extends LoadedProvider {
  /** As it stands in the file and in options: the library has it checked again, and filled in, for every node. */
  readonly config: unknown;
}

export interface OpenProviderOptions {
  readonly flags: Pick<FlagValues, 'provider' | 'providerConfig' | 'providerOption'>;
  readonly host: Pick<CommandHost, 'workingDirectory' | 'ownDirectory'>;
  /** Filled with the local files whose change makes another provider of it, also when it cannot be opened. */
  readonly files?: Set<string>;
}

/**
 * Loads the provider that the flags name and checks its configuration.
 *
 * @throws CommandError `usage` without a name, `provider` for everything that is wrong with the provider or its file.
 */
export async function openProvider({ flags, host, files = new Set() }: OpenProviderOptions): Promise<OpenedProvider> {
  const { provider: name, providerConfig, providerOption = [] } = flags;
  if (name === undefined)
    throw new CommandError(
      'usage',
      '--provider is missing: name a backend, such as --provider mock; to try things out, use virtual-kubelet dev',
    );
  if (providerConfig !== undefined) files.add(resolve(host.workingDirectory, providerConfig));
  const [loaded, written] = await Promise.all([
    loadProvider(name, { ...host, files }),
    readDocument(providerConfig, host),
  ]);
  const document = withProviderOptions(loaded.definition, written, providerOption);
  await checkProviderConfig(loaded.definition, document);
  return { ...loaded, config: document?.value ?? {} };
}

async function readDocument(
  file: string | undefined,
  { workingDirectory }: Pick<CommandHost, 'workingDirectory'>,
): Promise<ConfigDocument | undefined> {
  return file === undefined
    ? undefined
    : readConfigFile({ file, workingDirectory, flag: '--provider-config', failure: 'provider' });
}
