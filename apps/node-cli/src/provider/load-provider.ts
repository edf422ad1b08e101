import { pathToFileURL } from 'node:url';
import type { ProviderDefinition } from '@vk/node/provider';
import { CommandError } from '../errors/command-error.ts';
import { describeError } from '../errors/describe-error.ts';
import { definitionOf } from './check-definition.ts';
import { placeOfError } from './error-place.ts';
import { importFresh } from './import-fresh.ts';
import { resolveProvider, type ProviderLocation, type ProviderSearch } from './resolve-provider.ts';

/** A provider that is ready to be used. */
export interface LoadedProvider {
  readonly definition: ProviderDefinition;
  readonly location: ProviderLocation;
}

export interface LoadProviderOptions extends ProviderSearch {
  /** Filled with the local files that make up a provider given by path, also when it does not load. */
  readonly files?: Set<string>;
}

/**
 * Finds and imports a provider. One that is given by path is read from disk each time, with the files it imports.
 *
 * @throws CommandError `provider` when it is not installed, does not load, or is not a provider of a known contract version.
 */
export async function loadProvider(name: string, options: LoadProviderOptions): Promise<LoadedProvider> {
  const location = await resolveProvider(name, options);
  const module = await importProvider(location, options.files ?? new Set());
  return { definition: definitionOf(module, location), location };
}

async function importProvider(location: ProviderLocation, files: Set<string>): Promise<object> {
  const url = pathToFileURL(location.file);
  try {
    return location.package === undefined ? await importFresh(url, files) : ((await import(url.href)) as object);
  } catch (error) {
    const place = placeOfError(error);
    const where = place === undefined ? '' : `${place}: `;
    throw new CommandError('provider', `${location.label} cannot be loaded: ${where}${describeError(error)}`, {
      cause: error,
    });
  }
}
