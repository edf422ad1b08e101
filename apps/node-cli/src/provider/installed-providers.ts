import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ancestors, findPackage } from './find-package.ts';
import type { ProviderSearch } from './resolve-provider.ts';

/** A provider that `--provider NAME` would find. */
export interface InstalledProvider {
  /** What to write after `--provider`. */
  readonly name: string;
  readonly package: string;
  readonly version: string;
  /** Whether it lies beside the user's own packages or came with this command. */
  readonly from: 'working directory' | 'virtual-kubelet';
  readonly directory: string;
}

/** The providers in the packages of the working directory and of the command itself, by name. */
export async function installedProviders(search: ProviderSearch): Promise<readonly InstalledProvider[]> {
  const found = new Map<string, InstalledProvider>();
  for (const [from, directory] of [
    ['working directory', search.workingDirectory],
    ['virtual-kubelet', search.ownDirectory],
  ] as const) {
    for (const { name, package: packageName } of await candidates(directory)) {
      const installed = found.has(name) ? undefined : await findPackage(packageName, directory);
      if (installed === undefined) continue;
      const { version, directory: place } = installed;
      found.set(name, { name, package: packageName, version, from, directory: place });
    }
  }
  return [...found.values()].toSorted((one, other) => one.name.localeCompare(other.name));
}

/** By name, the official package of it first. */
async function candidates(from: string): Promise<{ name: string; package: string }[]> {
  const listed = await Promise.all(
    ancestors(from).map(async (ancestor) => {
      const modules = join(ancestor, 'node_modules');
      const official = await providersIn(join(modules, '@vk'), 'provider-');
      const others = await providersIn(modules, 'vk-provider-');
      return [
        ...official.map((name) => ({ name, package: `@vk/provider-${name}` })),
        ...others.map((name) => ({ name, package: `vk-provider-${name}` })),
      ];
    }),
  );
  return listed.flat().filter(({ package: name }) => name !== '@vk/provider-testkit');
}

async function providersIn(directory: string, prefix: string): Promise<string[]> {
  try {
    const names = await readdir(directory);
    return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}
