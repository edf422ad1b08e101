import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../errors/command-error.ts';
import { findPackage, type InstalledPackage } from './find-package.ts';

/** Where a provider's code is. */
export interface ProviderLocation {
  /** The file that is imported. */
  readonly file: string;
  /** For messages: a package with its version, or the path as the user wrote it. */
  readonly label: string;
  /** Absent for a path. */
  readonly package?: InstalledPackage;
}

/** The directories that packages are looked up from. */
export interface ProviderSearch {
  readonly workingDirectory: string;
  /** Where this program is installed; it carries the mock. */
  readonly ownDirectory: string;
}

const fileEndings: ReadonlySet<string> = new Set(['.ts', '.mts', '.js', '.mjs']);

/**
 * Finds what `--provider NAME` names: a path, else the packages `@vk/provider-NAME`, `vk-provider-NAME` and NAME, each
 * from the working directory first and then from the command's own packages.
 *
 * @throws CommandError `provider`, with the command that installs it.
 */
export async function resolveProvider(name: string, search: ProviderSearch): Promise<ProviderLocation> {
  if (isPath(name)) return resolvePath(name, search.workingDirectory);
  for (const candidate of packageNames(name)) {
    for (const directory of [search.workingDirectory, search.ownDirectory]) {
      const found = await findPackage(candidate, directory);
      if (found === undefined) continue;
      await requireFile(
        found.entry,
        `--provider ${name}: ${found.directory} is there, but not its entry ${found.entry}; build or reinstall the package`,
      );
      return { file: found.entry, label: `${found.name} ${found.version}`, package: found };
    }
  }
  throw notInstalled(name);
}

/** The package names that a short name stands for, best first. */
export function packageNames(name: string): string[] {
  const scoped = name.startsWith('@');
  return scoped || name.includes('/') ? [name] : [`@vk/provider-${name}`, `vk-provider-${name}`, name];
}

function isPath(name: string): boolean {
  return name.startsWith('.') || name.startsWith('/') || name.startsWith('file:') || fileEndings.has(extname(name));
}

async function resolvePath(name: string, workingDirectory: string): Promise<ProviderLocation> {
  const file = name.startsWith('file:') ? fileURLToPath(name) : resolve(workingDirectory, name);
  if (!fileEndings.has(extname(file)))
    throw new CommandError('provider', `--provider ${name}: a path must end in .ts, .mts, .js or .mjs`);
  await requireFile(file, `--provider ${name}: there is no file ${file}`);
  return { file, label: name };
}

async function requireFile(file: string, message: string): Promise<void> {
  try {
    if ((await stat(file)).isFile()) return;
  } catch (error) {
    throw new CommandError('provider', message, { cause: error });
  }
  throw new CommandError('provider', message);
}

function notInstalled(name: string): CommandError {
  const names = packageNames(name);
  const [first = name] = names;
  const looked =
    names.length > 1 ? `neither ${names.slice(0, -1).join(', ')} nor ${names.at(-1)}` : `no package ${name}`;
  return new CommandError(
    'provider',
    `--provider ${name}: found ${looked}; install it here with: npm install ${first} (or name a file: --provider ./${name}.ts)`,
  );
}
