import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A package as it is installed. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly directory: string;
  /** The file that an `import` of the package's name loads. */
  readonly entry: string;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly main?: string;
  readonly exports?: unknown;
}

/** The conditions of an `import` in Node.js, in no order: the manifest's own order decides. */
const conditions: ReadonlySet<string> = new Set(['node', 'import', 'module-sync', 'default']);

/**
 * Finds a package as an `import` in a file of `from` would: `node_modules` of that directory, then of each one above it.
 * Undefined when there is none.
 */
export async function findPackage(name: string, from: string): Promise<InstalledPackage | undefined> {
  for (const ancestor of ancestors(from)) {
    const directory = join(ancestor, 'node_modules', name);
    const manifest = await readManifest(directory);
    if (manifest !== undefined)
      return {
        name: manifest.name ?? name,
        version: manifest.version ?? 'unknown',
        directory,
        entry: join(directory, entryOf(manifest)),
      };
  }
  return undefined;
}

/** A directory and all above it, nearest first. */
export function ancestors(directory: string): string[] {
  const parent = dirname(directory);
  return parent === directory ? [directory] : [directory, ...ancestors(parent)];
}

async function readManifest(directory: string): Promise<Manifest | undefined> {
  let content: string;
  try {
    content = await readFile(join(directory, 'package.json'), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw error;
  }
  return JSON.parse(content) as Manifest;
}

function entryOf({ exports, main }: Manifest): string {
  const door = typeof exports === 'object' && exports !== null && '.' in exports ? exports['.'] : exports;
  return target(door) ?? main ?? 'index.js';
}

function target(door: unknown): string | undefined {
  if (typeof door === 'string') return door;
  if (Array.isArray(door)) return door.map(target).find((found) => found !== undefined);
  if (typeof door !== 'object' || door === null) return undefined;
  for (const [condition, next] of Object.entries(door)) {
    if (!conditions.has(condition)) continue;
    const found = target(next);
    if (found !== undefined) return found;
  }
  return undefined;
}
