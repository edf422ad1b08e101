import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** The process as a user starts it; what it wrote, and its end. */
class CommandProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }>;
  #output = '';
  #errors = '';
  #onOutput: () => void = () => undefined;

  constructor(words: readonly string[], directory: string) {
    this.#child = spawn(process.execPath, [main, ...words], {
      cwd: directory,
      env: { PATH: process.env['PATH'] ?? '', TMPDIR: directory, KUBEBUILDER_ASSETS: directory },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (text: Buffer) => {
      this.#output += text.toString();
      this.#onOutput();
    });
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#errors += text.toString();
      this.#onOutput();
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code) => resolve({ code, output: this.#output, errors: this.#errors }));
    });
  }

  /** Resolves when it has written this; fails when it ended before. */
  async says(text: string): Promise<void> {
    const said = new Promise<true>((resolve) => {
      this.#onOutput = () => {
        if (`${this.#output}${this.#errors}`.includes(text)) resolve(true);
      };
      this.#onOutput();
    });
    const first = await Promise.race([said, this.ended]);
    if (first !== true) throw new Error(`it ended before it said "${text}": ${first.output}${first.errors}`);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

let directory: string;
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'vk-main-')));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

describe('the process', () => {
  it('runs a node on a development cluster until a signal stops it, and leaves nothing behind', async () => {
    const dev = new CommandProcess(['dev'], directory);
    await dev.says('node virtual-kubelet: Ready');
    dev.kill('SIGINT');
    const { code, output } = await dev.ended;
    expect(code).toBe(0);
    expect(output).toMatch(/^Ready: node virtual-kubelet, provider @vk\/provider-mock /);
    expect(output.trimEnd()).toMatch(/stopped$/);
    expect(await readdir(directory)).toEqual([]);
  });

  it('ends at once at the second signal, with exit code 1', async () => {
    const hangs = `
      import { defineProvider } from '@vk/node/provider';
      const schema = { '~standard': { version: 1, vendor: 'own', validate: (value) => ({ value }) } };
      const treatment = 'omit';
      export const provider = defineProvider({
        name: 'hangs',
        configSchema: schema,
        injected: { 'kube-api-access': treatment, serviceLinks: treatment, dnsPolicy: treatment, terminationMessage: treatment, defaultTolerations: treatment },
        create: () => ({
          createPod: async () => {}, updatePod: async () => {}, deletePod: async () => {},
          getPod: async () => undefined, getPods: async () => [],
          close: () => { console.error('closing for ever'); return new Promise(() => {}); },
        }),
      });`;
    await writeFile(join(directory, 'hangs.js'), hangs);
    const dev = new CommandProcess(['dev', '--provider', './hangs.js'], directory);
    await dev.says('node virtual-kubelet: Ready');
    dev.kill('SIGTERM');
    await dev.says('closing for ever');
    dev.kill('SIGTERM');
    const { code, errors } = await dev.ended;
    expect(code).toBe(1);
    expect(errors).toContain('virtual-kubelet: a second signal came, so everything ends at once');
    expect(await readdir(directory)).toEqual(['hangs.js']);
  });

  it('gives the exit code of a failure', async () => {
    const { code, errors } = await new CommandProcess(['run', '--provider', 'nowhere'], directory).ended;
    expect(code).toBe(3);
    expect(errors.trimEnd().split('\n')).toHaveLength(1);
  });

  it('takes over a provider file that is edited, and keeps the one that runs when it does not load', async () => {
    const source = (label: string): string => `
      import { defineProvider } from '@vk/node/provider';
      const schema = { '~standard': { version: 1, vendor: 'own', validate: (value) => ({ value }) } };
      export const provider = defineProvider({
        name: 'edited',
        configSchema: schema,
        injected: { 'kube-api-access': 'omit', serviceLinks: 'omit', dnsPolicy: 'omit', terminationMessage: 'omit', defaultTolerations: 'omit' },
        create: () => {
          console.error('made ${label}');
          return { createPod: async () => {}, updatePod: async () => {}, deletePod: async () => {}, getPod: async () => undefined, getPods: async () => [] };
        },
      });`;
    const file = join(directory, 'edited.ts');
    await writeFile(file, source('one'));
    const dev = new CommandProcess(['dev', '--provider', './edited.ts'], directory);
    await dev.says('node virtual-kubelet: Ready');
    await writeFile(file, `${source('two')}\nexport const x = ;`);
    await dev.says('the one before it goes on: ./edited.ts cannot be loaded');
    await writeFile(file, source('three'));
    await dev.says('the provider was taken over');
    dev.kill('SIGINT');
    const { code, errors } = await dev.ended;
    expect(code).toBe(0);
    expect(errors).toContain('made one\nmade three\n');
  });
});
