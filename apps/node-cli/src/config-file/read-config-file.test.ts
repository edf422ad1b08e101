import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatKeyPath, formatPosition, type ConfigDocument } from './config-document.ts';
import { readConfigFile } from './read-config-file.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vk-config-file-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

async function read(file: string, content: string): Promise<ConfigDocument> {
  await writeFile(join(directory, file), content);
  return readConfigFile({ file, workingDirectory: directory, flag: '--provider-config', failure: 'provider' });
}

describe('a YAML file', () => {
  it('is read as Kubernetes reads it: YAML 1.1 switches and octal numbers, times as text', async () => {
    const { value } = await read('a.yaml', 'on: yes\nmode: 0644\nat: 12:30:45\nday: 2026-01-02\nname: "yes"\n');
    expect(value).toEqual({ true: true, mode: 420, at: '12:30:45', day: '2026-01-02', name: 'yes' });
  });

  it('knows the place of every key, within lists as well', async () => {
    const document = await read('a.yml', 'nodes:\n  - cpu: 1\n  - cpu: 2\n    memory: x\n');
    expect(document.locate(['nodes', 1, 'memory'])).toEqual({ line: 4, column: 5 });
    expect(document.locate(['nodes', 5])).toBeUndefined();
    expect(formatPosition(document, ['nodes', 1, 'disk'])).toBe('a.yml:3:5');
  });

  it('says where it does not parse, and refuses a key that is there twice', async () => {
    await expect(read('a.yaml', 'cpu: 1\ncpu: 2\n')).rejects.toThrow(
      '--provider-config: a.yaml:2:1: Map keys must be unique',
    );
    await expect(read('a.yaml', 'a: [1,\n')).rejects.toThrow(/^--provider-config: a\.yaml:\d+:\d+: /);
  });

  it('is an empty object when it is empty', async () => {
    expect((await read('a.yaml', '# nothing\n')).value).toEqual({});
  });
});

describe('a TOML file', () => {
  const toml = [
    'region = "eu" # comment',
    'text = """',
    'fake = 1',
    '"""',
    '[nodes."edge-1"]',
    '  cpu = "2"',
    '[[rules]]',
    'a.b = 1',
    '[[rules]]',
    'a = {b = 2}',
  ].join('\n');

  it('knows the place of keys in tables and lists of tables', async () => {
    const document = await read('a.toml', toml);
    expect(document.value).toMatchObject({
      nodes: { 'edge-1': { cpu: '2' } },
      rules: [{ a: { b: 1 } }, { a: { b: 2 } }],
    });
    expect(document.locate(['region'])).toEqual({ line: 1, column: 1 });
    expect(document.locate(['fake'])).toBeUndefined();
    expect(document.locate(['nodes', 'edge-1', 'cpu'])).toEqual({ line: 6, column: 3 });
    expect(document.locate(['rules', 0, 'a', 'b'])).toEqual({ line: 8, column: 1 });
    expect(formatPosition(document, ['rules', 1, 'a', 'b'])).toBe('a.toml:10:1');
  });

  it('says where it does not parse', async () => {
    await expect(read('a.toml', 'cpu = 1\ncpu = = 2\n')).rejects.toThrow(/^--provider-config: a\.toml:2:\d+: \S+/);
  });
});

describe('a JSON file', () => {
  it('is JSON and nothing more, with places', async () => {
    const document = await read('a.json', '{\n  "nodes": [ {"cpu": "2"} ]\n}\n');
    expect(document.value).toEqual({ nodes: [{ cpu: '2' }] });
    expect(document.locate(['nodes', 0, 'cpu'])).toEqual({ line: 2, column: 15 });
    await expect(read('a.json', '{ "a": 1, }')).rejects.toThrow('--provider-config: a.json');
    await expect(read('a.json', '{ a: 1 }')).rejects.toThrow('--provider-config: a.json');
  });
});

describe('a file that cannot be read', () => {
  it('is named together with the flag', async () => {
    const options = { workingDirectory: directory, flag: '--provider-config', failure: 'provider' } as const;
    await expect(readConfigFile({ ...options, file: 'missing.toml' })).rejects.toThrow(
      '--provider-config: cannot read missing.toml: no such file',
    );
    await expect(read('a.ini', 'x=1')).rejects.toThrow(
      '--provider-config: a.ini: the name must end in .toml, .yaml, .yml or .json',
    );
  });
});

describe('formatKeyPath', () => {
  it('is how one would write it, with quotes where they are needed', () => {
    expect(formatKeyPath(['nodes', 2, 'cpu'])).toBe('nodes[2].cpu');
    expect(formatKeyPath(['nodes', 'a.b', 'cpu'])).toBe('nodes["a.b"].cpu');
  });
});
