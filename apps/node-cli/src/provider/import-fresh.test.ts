import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const loader = new URL('load-provider.ts', import.meta.url).href;

let directory: string;
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'vk-import-')));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** Module loading is a matter of Node.js itself, so it is tried in a process of its own. `load()` loads `./provider.ts`. */
async function inNode(body: string): Promise<unknown> {
  const script = `
    import { writeFile } from 'node:fs/promises';
    import { loadProvider } from ${JSON.stringify(loader)};
    const files = new Set();
    const search = { workingDirectory: ${JSON.stringify(directory)}, ownDirectory: ${JSON.stringify(directory)}, files };
    const load = () => loadProvider('./provider.ts', search);
    ${body}`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script]);
  return JSON.parse(stdout);
}

const providerSource = `
  import { defineProvider } from '@vk/node/provider';
  import { name } from './name.ts';
  const schema = { '~standard': { version: 1, vendor: 'own', validate: (value: unknown) => ({ value }) } };
  export const provider = defineProvider({ name, configSchema: schema as never, injected: {} as never, create: () => ({}) as never });
`;

describe('loading a provider from a file', () => {
  beforeEach(async () => {
    await writeFile(join(directory, 'provider.ts'), providerSource);
    await writeFile(join(directory, 'name.ts'), `export const name: string = 'first';`);
  });

  it('runs TypeScript as it stands, with the contract of the command when the directory has none', async () => {
    expect(await inNode(`console.log(JSON.stringify((await load()).definition.name));`)).toBe('first');
  });

  it('reads the file and what it imports anew each time, and says which files those are', async () => {
    const second = join(directory, 'name.ts');
    const output = await inNode(`
      const first = (await load()).definition.name;
      await writeFile(${JSON.stringify(second)}, "export const name = 'second';");
      console.log(JSON.stringify({ names: [first, (await load()).definition.name], files: [...files] }));`);
    expect(output).toEqual({ names: ['first', 'second'], files: [join(directory, 'provider.ts'), second] });
  });

  it('says what is wrong in one line when it does not load, and still knows the files', async () => {
    await writeFile(join(directory, 'name.ts'), `export const name: string = ;`);
    const output = await inNode(`
      try { await load(); } catch (error) {
        console.log(JSON.stringify({ message: error.message, code: error.code, files: files.size }));
      }`);
    expect(output).toMatchObject({ code: 'provider', files: 2 });
    expect((output as { message: string }).message).toMatch(
      /^\.\/provider\.ts cannot be loaded: \/\S*name\.ts:1: Expression expected$/,
    );
  });

  it('says which of its files wants a package that is not installed, and no place in the command', async () => {
    await writeFile(join(directory, 'name.ts'), `import 'not-installed';\nexport const name = '';`);
    const output = await inNode(`try { await load(); } catch (error) { console.log(JSON.stringify(error.message)); }`);
    expect(output).toMatch(
      /^\.\/provider\.ts cannot be loaded: Cannot find package 'not-installed' imported from \S*name\.ts/,
    );
  });

  it('says where the file itself failed while it ran', async () => {
    await writeFile(join(directory, 'name.ts'), `\nthrow new Error('no luck');\nexport const name = '';`);
    const output = await inNode(`try { await load(); } catch (error) { console.log(JSON.stringify(error.message)); }`);
    expect(output).toBe(`./provider.ts cannot be loaded: ${join(directory, 'name.ts')}:2:7: no luck`);
  });
});
