import { readText } from './read-text.ts';

/** What the kernel tells of memory, by its names (`MemAvailable`, `SwapTotal`), in bytes. */
export async function memoryInfo(): Promise<ReadonlyMap<string, number>> {
  return parseMemoryInfo(await readText('/proc/meminfo'));
}

export function parseMemoryInfo(text: string): ReadonlyMap<string, number> {
  const lines = text.matchAll(/^(\w+):\s+(\d+) kB$/gmu);
  return new Map([...lines].map(([, name = '', kilobytes]) => [name, Number(kilobytes) * 1024]));
}
