import { contractVersion, type ProviderDefinition } from '@vk/node/provider';
import { CommandError } from '../errors/command-error.ts';
import type { ProviderLocation } from './resolve-provider.ts';

/**
 * The provider definition that a module exports as `provider`, else as its default.
 *
 * @throws CommandError `provider` saying what is missing or which contract version it was written for.
 */
export function definitionOf(module: object, location: ProviderLocation): ProviderDefinition {
  const exported = exportOf(module, 'provider') ?? exportOf(module, 'default');
  const refuse = (reason: string): CommandError => new CommandError('provider', `${location.label}: ${reason}`);
  if (typeof exported !== 'object' || exported === null)
    throw refuse("the module exports no provider; write: export const provider = defineProvider({ name: '...', ... })");
  const version = exportOf(exported, 'specificationVersion');
  if (version === undefined) throw refuse('its export provider was not made by defineProvider from @vk/node/provider');
  if (version !== contractVersion)
    throw refuse(
      `it was written for version ${JSON.stringify(version)} of the provider contract, and this virtual-kubelet knows ${contractVersion}`,
    );
  const missing = missingMember(exported);
  if (missing !== undefined) throw refuse(`its provider lacks ${missing}`);
  return exported as ProviderDefinition;
}

function missingMember(exported: object): string | undefined {
  if (typeof exportOf(exported, 'name') !== 'string') return 'a name';
  if (typeof exportOf(exported, 'create') !== 'function') return 'the function create';
  const schema = exportOf(exported, 'configSchema');
  const standard = typeof schema === 'object' || typeof schema === 'function' ? schema : undefined;
  if (standard === undefined || standard === null || exportOf(standard, '~standard') === undefined)
    return 'a configSchema that is a Standard Schema, such as z.object({})';
  return undefined;
}

function exportOf(target: object, name: string): unknown {
  return (target as Readonly<Record<string, unknown>>)[name];
}
