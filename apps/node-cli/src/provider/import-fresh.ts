import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Marks the modules of one load; a new number is a new module to Node.js, read from disk again. */
const marker = 'vk-load';

let loads = 0;
let hooked = false;
const filesOfLoad = new Map<string, Set<string>>();

/**
 * Imports a local file and the local files that it imports, as they are on disk now. Modules under `node_modules` are
 * loaded once. `@vk/node` comes from this program where the file's own directory has none, so that a single file is
 * enough to begin with.
 *
 * `files` is filled with the file and with every local file that it imports, also when the import fails.
 * Each load stays in memory, as all modules do in Node.js: this is for a file that a person edits.
 */
export async function importFresh(url: URL, files: Set<string>): Promise<object> {
  hookOnce();
  const load = String(++loads);
  files.add(fileURLToPath(url));
  filesOfLoad.set(load, files);
  try {
    const marked = new URL(url);
    marked.searchParams.set(marker, load);
    return (await import(marked.href)) as object;
  } finally {
    filesOfLoad.delete(load);
  }
}

function hookOnce(): void {
  if (hooked) return;
  hooked = true;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const load = loadOf(context.parentURL);
      if (load === undefined) return nextResolve(specifier, context);
      const found = resolveFrom(specifier, context, nextResolve);
      if (!found.url.startsWith('file:') || found.url.includes('/node_modules/') || isOwn(specifier)) return found;
      const marked = new URL(found.url);
      marked.searchParams.set(marker, load);
      filesOfLoad.get(load)?.add(fileURLToPath(found.url));
      return { ...found, url: marked.href };
    },
  });
}

type Resolve = NonNullable<Parameters<typeof registerHooks>[0]['resolve']>;

function resolveFrom(
  specifier: string,
  context: Parameters<Resolve>[1],
  nextResolve: Parameters<Resolve>[2],
): ReturnType<Resolve> {
  try {
    return nextResolve(specifier, context);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    if (!missing || !isOwn(specifier)) throw error;
    return nextResolve(specifier, { ...context, parentURL: import.meta.url });
  }
}

function isOwn(specifier: string): boolean {
  return specifier === '@vk/node' || specifier.startsWith('@vk/node/');
}

function loadOf(parentUrl: string | undefined): string | undefined {
  if (parentUrl === undefined || !parentUrl.startsWith('file:')) return undefined;
  return new URL(parentUrl).searchParams.get(marker) ?? undefined;
}
