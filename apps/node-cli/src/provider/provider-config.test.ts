import { defineProvider, type ProviderDefinition } from '@vk/node/provider';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseTomlDocument } from '../config-file/toml-document.ts';
import { parseYamlDocument } from '../config-file/yaml-document.ts';
import { checkProviderConfig } from './provider-config.ts';

function define(configSchema: ProviderDefinition['configSchema']): ProviderDefinition {
  return defineProvider<unknown>({
    name: 'sample',
    configSchema,
    injected: {
      'kube-api-access': 'omit',
      serviceLinks: 'deliver',
      dnsPolicy: 'omit',
      terminationMessage: 'omit',
      defaultTolerations: 'deliver',
    },
    create: () => {
      throw new Error('this provider is only checked');
    },
  });
}

const definition = define(
  z.object({
    region: z.enum(['eu', 'us']).default('eu'),
    nodes: z.record(z.string(), z.object({ cpu: z.string() })).optional(),
    rules: z.array(z.object({ port: z.int().max(65_535) })).optional(),
  }),
);

describe('checkProviderConfig', () => {
  it('fills in the defaults of the schema, also without a file', async () => {
    expect(await checkProviderConfig(definition)).toEqual({ region: 'eu' });
    expect(await checkProviderConfig(definition, parseYamlDocument('a.yaml', 'region: us'))).toEqual({ region: 'us' });
  });

  it('says the place, the key, what is wrong and what would be right', async () => {
    const yaml = parseYamlDocument('p.yaml', 'region: mars\nnodes:\n  edge-1:\n    cpu: 2\n');
    await expect(checkProviderConfig(definition, yaml)).rejects.toThrow(
      'the configuration of provider sample is refused: ' +
        'p.yaml:1:1: region: Invalid option: expected one of "eu"|"us"; ' +
        'p.yaml:4:5: nodes.edge-1.cpu: Invalid input: expected string, received number',
    );
  });

  it('finds a misspelt key, which the schema alone would drop in silence', async () => {
    const toml = parseTomlDocument('p.toml', 'regoin = "us"\n[[rules]]\nport = 1\nprotocol = "tcp"\n');
    await expect(checkProviderConfig(definition, toml)).rejects.toThrow(
      'p.toml:1:1: unknown key regoin; did you mean region?; ' +
        'p.toml:4:1: unknown key rules[0].protocol; the keys here are port',
    );
  });

  it('says it once when the schema is strict', async () => {
    const strict = define(z.strictObject({ region: z.string().optional() }));
    await expect(checkProviderConfig(strict, parseYamlDocument('p.yaml', 'zone: x'))).rejects.toThrow(
      /^the configuration of provider sample is refused: p\.yaml:1:1: unknown key zone; the keys here are region$/,
    );
  });

  it('leaves the keys of an open object alone', async () => {
    const open = define(z.looseObject({ region: z.string().optional() }));
    expect(await checkProviderConfig(open, parseYamlDocument('p.yaml', 'zone: x'))).toEqual({ zone: 'x' });
  });

  it('names the missing file when something is required', async () => {
    const demanding = define(z.object({ endpoint: z.string() }));
    await expect(checkProviderConfig(demanding)).rejects.toThrow(
      '(no --provider-config): endpoint: Invalid input: expected string, received undefined',
    );
  });

  it('takes a schema that is not zod and cannot list its keys', async () => {
    const plain = define({
      '~standard': { version: 1, vendor: 'own', validate: (value) => ({ value: { seen: value } }) },
    });
    expect(await checkProviderConfig(plain, parseYamlDocument('p.yaml', 'a: 1'))).toEqual({ seen: { a: 1 } });
  });
});
