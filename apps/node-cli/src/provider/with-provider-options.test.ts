import { defineProvider, type ProviderDefinition } from '@vk/node/provider';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseYamlDocument } from '../config-file/yaml-document.ts';
import { givenProviderOptions } from '../flags/given-provider-option.ts';
import { checkProviderConfig } from './provider-config.ts';
import { withProviderOptions } from './with-provider-options.ts';

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
  z.strictObject({
    endpoint: z.string().optional(),
    pods: z.int().optional(),
    percent: z.number().optional(),
    quota: z.boolean().optional(),
    size: z.union([z.string(), z.number()]).optional(),
    mode: z.union([z.literal('auto'), z.literal(1)]).optional(),
    dns: z.array(z.string()).optional(),
    logs: z.strictObject({ maxSize: z.string().optional(), maxFiles: z.int().optional() }).optional(),
    devices: z.record(z.string(), z.array(z.string())).optional(),
  }),
);

async function configOf(options: string, file?: string, wanted = definition): Promise<unknown> {
  const document = file === undefined ? undefined : parseYamlDocument('p.yaml', file);
  return checkProviderConfig(wanted, withProviderOptions(wanted, document, givenProviderOptions.parse(options)));
}

describe('options of a provider on the command line', () => {
  it('become text, a number, true or false as the schema wants', async () => {
    expect(await configOf('endpoint=unix:///run/a=b\npods=5\npercent=0.5\nquota=false\nsize=10')).toEqual({
      endpoint: 'unix:///run/a=b',
      pods: 5,
      percent: 0.5,
      quota: false,
      size: '10',
    });
    expect([await configOf('mode=1'), await configOf('mode=auto')]).toEqual([{ mode: 1 }, { mode: 'auto' }]);
  });

  it('are lists and objects in JSON', async () => {
    expect(await configOf('dns=["10.0.0.1","10.0.0.2"]\nlogs={"maxFiles":3}')).toEqual({
      dns: ['10.0.0.1', '10.0.0.2'],
      logs: { maxFiles: 3 },
    });
  });

  it('reach into objects by dots, and by quotes where a name has other characters', async () => {
    expect(await configOf('logs.maxSize=10Mi\nlogs.maxFiles=3\ndevices["example.com/gpu"]=["a"]')).toEqual({
      logs: { maxSize: '10Mi', maxFiles: 3 },
      devices: { 'example.com/gpu': ['a'] },
    });
  });

  it('win over the file, and leave the rest of it; the last of two wins', async () => {
    expect(
      await configOf('logs.maxFiles=3\nlogs.maxFiles=4', 'pods: 5\nlogs:\n  maxSize: 1Mi\n  maxFiles: 2\n'),
    ).toEqual({ pods: 5, logs: { maxSize: '1Mi', maxFiles: 4 } });
    expect(await configOf('pods=5', '')).toEqual({ pods: 5 });
  });

  it('leave the file as it is when there are none', () => {
    const document = parseYamlDocument('p.yaml', 'pods: 5');
    expect(withProviderOptions(definition, document, [])).toBe(document);
  });
});

describe('an option that cannot be right', () => {
  it('is told with the flag as its place, beside what is wrong in the file', async () => {
    await expect(configOf('pods=many\nlogs.maxfiles=3', 'quota: 7\n')).rejects.toThrow(
      'the configuration of provider sample is refused: ' +
        '--provider-option: unknown key logs.maxfiles; did you mean maxFiles?; ' +
        '--provider-option: pods: Invalid input: expected number, received string; ' +
        'p.yaml:1:1: quota: Invalid input: expected boolean, received number',
    );
  });

  it('is told how a list is written', async () => {
    await expect(configOf('dns=10.0.0.1')).rejects.toThrow(
      '--provider-option: dns: the value has to be a list in JSON, such as ["a","b"]',
    );
  });

  it('is told how a key is written, without its value', () => {
    for (const text of ['secret', '=x', 'a..b=x', '.a=x', 'a["b=x', 'example.com/gpu=x'])
      expect(() => givenProviderOptions.parse(text)).toThrow(/^'.*' is not KEY=VALUE; names in keys/);
    expect(() => givenProviderOptions.parse('a b=hidden')).not.toThrow(/hidden/);
  });

  it('never touches the prototype of objects', async () => {
    await expect(configOf('__proto__.polluted=true')).rejects.toThrow('unknown key __proto__');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

it('without a schema that lists its keys, what is JSON counts as such and all else as text', async () => {
  const open = define({ '~standard': { version: 1, vendor: 'own', validate: (value) => ({ value }) } });
  expect(await configOf('a=1\nb=x\nc.d=true', undefined, open)).toEqual({ a: 1, b: 'x', c: { d: true } });
});
