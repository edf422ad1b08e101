import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPackage } from './find-package.ts';
import { packageNames, resolveProvider, type ProviderSearch } from './resolve-provider.ts';

let directory: string;
let search: ProviderSearch;
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'vk-provider-')));
  search = { workingDirectory: join(directory, 'work', 'deep'), ownDirectory: join(directory, 'own') };
  await mkdir(search.workingDirectory, { recursive: true });
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function file(path: string, content = ''): Promise<string> {
  const full = join(directory, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, content);
  return full;
}

async function install(where: string, name: string, manifest: object = {}, entry = 'index.js'): Promise<string> {
  const base = `${where}/node_modules/${name}`;
  await file(`${base}/package.json`, JSON.stringify({ name, version: '1.2.3', ...manifest }));
  return file(`${base}/${entry}`);
}

describe('resolveProvider', () => {
  it('tries the official name, then the unofficial one, then the name itself', () => {
    expect(packageNames('nomad')).toEqual(['@vk/provider-nomad', 'vk-provider-nomad', 'nomad']);
    expect(packageNames('@corp/vk')).toEqual(['@corp/vk']);
  });

  it('prefers the working directory, looking upwards, to what the command carries', async () => {
    const own = await install('own', '@vk/provider-mock');
    expect((await resolveProvider('mock', search)).file).toBe(own);
    const local = await install('work', '@vk/provider-mock', { version: '2.0.0' });
    expect(await resolveProvider('mock', search)).toMatchObject({ file: local, label: '@vk/provider-mock 2.0.0' });
  });

  it('takes the official package before one that merely has the name', async () => {
    await install('work', 'mock');
    const own = await install('own', '@vk/provider-mock');
    expect((await resolveProvider('mock', search)).file).toBe(own);
  });

  it('finds vk-provider-NAME and a whole package name', async () => {
    const community = await install('work', 'vk-provider-wasm');
    const scoped = await install('work', '@corp/backend', { main: 'lib/main.js' }, 'lib/main.js');
    expect((await resolveProvider('wasm', search)).file).toBe(community);
    expect((await resolveProvider('@corp/backend', search)).file).toBe(scoped);
  });

  it('takes a path from the working directory', async () => {
    const path = await file('work/deep/provider.ts');
    expect(await resolveProvider('./provider.ts', search)).toEqual({ file: path, label: './provider.ts' });
    expect((await resolveProvider('provider.ts', search)).file).toBe(path);
    expect((await resolveProvider(path, search)).file).toBe(path);
  });

  it('says how to install one that is missing', async () => {
    await expect(resolveProvider('nomad', search)).rejects.toThrow(
      '--provider nomad: found neither @vk/provider-nomad, vk-provider-nomad nor nomad; install it here with: npm install @vk/provider-nomad (or name a file: --provider ./nomad.ts)',
    );
    await expect(resolveProvider('@corp/backend', search)).rejects.toThrow(
      'found no package @corp/backend; install it here with: npm install @corp/backend',
    );
  });

  it('says which file is missing', async () => {
    await expect(resolveProvider('./none.ts', search)).rejects.toThrow(
      `--provider ./none.ts: there is no file ${join(search.workingDirectory, 'none.ts')}`,
    );
    await expect(resolveProvider('./provider', search)).rejects.toThrow('a path must end in .ts, .mts, .js or .mjs');
  });

  it('tells a package that was not built from one that is not there', async () => {
    await install('work', '@vk/provider-cri', { exports: './dist/index.js' });
    await expect(resolveProvider('cri', search)).rejects.toThrow('dist/index.js; build or reinstall the package');
  });
});

describe('findPackage', () => {
  it('takes the entry that an import would take', async () => {
    const exports = { '.': { types: './types.d.ts', require: './c.cjs', import: { default: './m.js' } } };
    const entry = await install('work', 'a', { exports, main: 'old.js' }, 'm.js');
    expect((await findPackage('a', search.workingDirectory))?.entry).toBe(entry);
  });

  it('finds nothing where there is nothing', async () => {
    expect(await findPackage('no-such-package-here', search.workingDirectory)).toBeUndefined();
  });
});
