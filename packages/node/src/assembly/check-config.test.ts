import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, it } from 'vitest';
import type { ProviderDefinition } from '../provider/define-provider.ts';
import { defineProvider } from '../provider/define-provider.ts';
import { checkConfig, checkContractVersion, ContractVersionError, ProviderConfigError } from './check-config.ts';

function definitionWith(validate: StandardSchemaV1['~standard']['validate']): ProviderDefinition {
  const schema: StandardSchemaV1 = { '~standard': { version: 1, vendor: 'test', validate } };
  return defineProvider({
    name: 'sample',
    configSchema: schema,
    injected: {
      'kube-api-access': 'omit',
      serviceLinks: 'omit',
      dnsPolicy: 'omit',
      terminationMessage: 'omit',
      defaultTolerations: 'omit',
    },
    create: () => {
      throw new Error('not part of this test');
    },
  });
}

describe('checkConfig', () => {
  it('gives the options with the defaults of the schema, also of one that answers late', async () => {
    const definition = definitionWith(async () => ({ value: { region: 'default' } }));
    await expect(checkConfig(definition, {})).resolves.toEqual({ region: 'default' });
  });

  it('names every key that is wrong, by its path', async () => {
    const issues = [
      { message: 'must be a number', path: ['nodes', { key: 'a' }, 'cpu'] },
      { message: 'must be an object' },
    ];
    const failure = checkConfig(
      definitionWith(() => ({ issues })),
      7,
    );
    await expect(failure).rejects.toBeInstanceOf(ProviderConfigError);
    await expect(failure).rejects.toThrow(
      'provider "sample" is not valid: nodes.a.cpu: must be a number; must be an object',
    );
  });
});

describe('checkContractVersion', () => {
  const definition = definitionWith(() => ({ value: {} }));

  it('knows its own version', () => {
    expect(() => checkContractVersion(definition)).not.toThrow();
  });

  it.each(['v2', undefined])('refuses %s by name', (version) => {
    const other = { ...definition, specificationVersion: version } as unknown as ProviderDefinition;
    expect(() => checkContractVersion(other)).toThrow(ContractVersionError);
    expect(() => checkContractVersion(other)).toThrow('sample');
  });
});
