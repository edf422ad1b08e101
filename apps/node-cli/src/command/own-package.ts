import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ancestors } from '../provider/find-package.ts';

export interface OwnPackage {
  readonly directory: string;
  readonly version: string;
  /** The range of Node.js that its manifest asks for. */
  readonly neededNode: string | undefined;
}

interface Manifest {
  readonly version?: string;
  readonly engines?: { readonly node?: string };
}

/** The package that this code belongs to: the nearest manifest above it, built or not. */
export async function ownPackage(): Promise<OwnPackage> {
  for (const directory of ancestors(dirname(fileURLToPath(import.meta.url)))) {
    const manifest = await readManifest(join(directory, 'package.json'));
    if (manifest !== undefined)
      return { directory, version: manifest.version ?? 'unknown', neededNode: manifest.engines?.node };
  }
  throw new Error('the package of this command has no package.json');
}

async function readManifest(file: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Manifest;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
