import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from './run-command.ts';

const ownDirectory = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vk-command-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  /** Flags that V8 was given. */
  readonly runtimeFlags: readonly string[];
}

async function run(words: readonly string[], environment: Record<string, string> = {}): Promise<Outcome> {
  let output = '';
  let errors = '';
  const runtimeFlags: string[] = [];
  const code = await runCommand({
    arguments: words,
    environment,
    runtimeArguments: [],
    v8Version: '13.6.1',
    setRuntimeFlag: (flag) => void runtimeFlags.push(flag),
    youngGeneration: { size: () => 0, onCollected: () => () => undefined },
    workingDirectory: directory,
    ownDirectory,
    temporaryDirectory: directory,
    output: { isTerminal: false, write: (text) => void (output += text) },
    errors: { isTerminal: false, write: (text) => void (errors += text) },
    stop: new AbortController().signal,
  });
  return { code, output, errors, runtimeFlags };
}

describe('a failure', () => {
  it('is one line and a code for each kind', async () => {
    await writeFile(join(directory, 'bad.yaml'), 'nodname: x\n');
    await writeFile(join(directory, 'mock.yaml'), 'cpus: 4\n');
    const kubeconfig = join(directory, 'none');
    const cases: readonly (readonly [string, number, RegExp])[] = [
      ['run', 2, /--provider is missing/],
      ['run --nodes zero', 2, /--nodes: 'zero' is not a whole number/],
      ['run --frobnicate', 2, /unknown option '--frobnicate'/],
      ['run --provider mock --health-addr :10248', 2, /--health-addr: ':10248' could be reached from other machines/],
      ['run --provider mock --bootstrap-kubeconfig b', 2, /--bootstrap-kubeconfig needs --kubeconfig/],
      ['run --provider mock --tls-cert-file a.crt', 2, /--tls-cert-file and --tls-private-key-file go together/],
      ['run --provider mock --trace-tag provider=x', 2, /--trace-tag: the tag provider is reserved/],
      ['run --provider mock --trace-sample-rate often', 2, /--trace-sample-rate: 'often' is neither always/],
      ['run --config bad.yaml', 2, /bad\.yaml:1:1: unknown flag nodname; did you mean nodename\?/],
      ['run --config none.yaml', 2, /--config: cannot read none\.yaml: no such file/],
      ['run --provider nowhere', 3, /install it here with: npm install @vk\/provider-nowhere/],
      ['run --provider mock --provider-option cpus=4', 3, /--provider-option: unknown key cpus; did you mean cpu\?/],
      ['run --provider mock --provider-option cpu', 2, /--provider-option: 'cpu' is not KEY=VALUE/],
      ['run --provider mock --provider-config mock.yaml', 3, /mock\.yaml:1:1: unknown key cpus; did you mean cpu\?/],
      [`run --provider mock --kubeconfig ${kubeconfig}`, 4, /cannot read the kubeconfig/],
      [
        'run --provider mock --server http://127.0.0.1:1',
        4,
        /no answer from the API server at http:\/\/127\.0\.0\.1:1/,
      ],
    ];
    for (const [line, code, message] of cases) {
      const outcome = await run(line.split(' '));
      expect({ line, ...outcome }).toEqual({
        line,
        code,
        output: '',
        errors: expect.stringMatching(message) as string,
        runtimeFlags: expect.any(Array) as string[],
      });
      expect(outcome.errors.trimEnd().split('\n')).toHaveLength(1);
      expect(outcome.errors).toMatch(/^virtual-kubelet: /);
    }
  });

  it('comes with the stack when the log level is debug', async () => {
    const { errors } = await run(['run', '--provider', 'nowhere', '--log-level', 'debug']);
    expect(errors).toMatch(/\n {4}at /);
    expect((await run(['run', '--provider', 'nowhere'], { VK_LOG_LEVEL: 'debug' })).errors).toMatch(/\n {4}at /);
  });
});

describe('the memory of the process', () => {
  it('is kept small where pods share the host with it, and only there', async () => {
    const flagsWith = async (name: string, member: string): Promise<readonly string[]> => {
      const place = join(directory, 'node_modules', `vk-provider-${name}`);
      await mkdir(place, { recursive: true });
      await writeFile(join(place, 'package.json'), '{ "type": "module", "exports": "./index.js" }');
      await writeFile(
        join(place, 'index.js'),
        `const validate = (value) => ({ value });
        export const provider = {
          specificationVersion: 'v1',
          name: '${name}',
          configSchema: { '~standard': { version: 1, vendor: 'test', validate } },
          injected: {},
          create: () => ({}),
          ${member}
        };`,
      );
      const { code, runtimeFlags } = await run(['run', '--provider', name, '--kubeconfig', join(directory, 'none')]);
      expect(code).toBe(4);
      return runtimeFlags;
    };
    expect((await flagsWith('elsewhere', '')).at(-1)).toBe('--semi-space-growth-factor=2');
    expect(await flagsWith('here', 'sharesHost: true')).toContain('--memory-saver-mode');
  });
});

describe('providers', () => {
  it('lists what is installed and where it is from', async () => {
    const { code, output } = await run(['providers']);
    expect(code).toBe(0);
    expect(output).toMatch(/^NAME +PACKAGE +VERSION +FROM\n/);
    expect(output).toMatch(/^mock +@vk\/provider-mock +\S+ +virtual-kubelet$/m);
  });

  it('is for programs as well', async () => {
    const providers = JSON.parse((await run(['providers', '--output', 'json'])).output) as { name: string }[];
    expect(providers.map(({ name }) => name)).toContain('mock');
  });

  it('shows the options of one from its schema', async () => {
    const { output } = await run(['providers', 'mock']);
    expect(output).toMatch(/^OPTION +TYPE +DEFAULT +DESCRIPTION$/m);
    expect(output).toMatch(/^stateFile +string/m);
    const described = JSON.parse((await run(['providers', 'mock', '--output', 'json'])).output) as object;
    expect(described).toMatchObject({ name: 'mock', contract: 'v1', injected: { serviceLinks: 'deliver' } });
  });

  it('fails for one that is not there', async () => {
    expect((await run(['providers', 'nowhere'])).code).toBe(3);
  });
});

describe('version', () => {
  it('says the versions of the command, of Node.js and of the contract', async () => {
    expect((await run(['version'])).output).toMatch(
      /^virtual-kubelet \d+\.\d+\.\d+ \(Node\.js \d+\S*, provider contract v1\)\n$/,
    );
    expect(JSON.parse((await run(['version', '--output', 'json'])).output)).toMatchObject({
      node: process.versions.node,
      contract: 'v1',
    });
  });
});
