import type { CommandHost } from './host.ts';

type HeapHost = Pick<
  CommandHost,
  'environment' | 'runtimeArguments' | 'v8Version' | 'setRuntimeFlag' | 'youngGeneration'
>;

/** What V8 knows about the size of its heap, without the dashes and a `no-` before it. */
const heapFlags: ReadonlySet<string> = new Set([
  'heap-growing-percent',
  'initial-heap-size',
  'initial-old-space-size',
  'lite-mode',
  'max-heap-size',
  'max-old-space-size',
  'max-old-space-size-percentage',
  'max-semi-space-size',
  'memory-saver-mode',
  'min-semi-space-size',
  'optimize-for-size',
  'semi-space-growth-factor',
]);

/** The first V8 that can be told to save memory: that of Node.js 24. */
const memorySaver = { major: 13, minor: 6 };

const youngGenerationStays = '--semi-space-growth-factor=1';
/** V8's own factor. */
const youngGenerationGrows = '--semi-space-growth-factor=2';

/** Both halves of the young generation, when it grows no more: see decision 0700. */
const largestYoungGeneration = 16 * 1024 * 1024;

/**
 * Keeps the young generation of V8 from growing, for the time being: it could not be made smaller any more when it is known what is run.
 * Nothing is done, here and by the other two, where Node.js was started with a flag about the size of the heap, on its command line or
 * in `NODE_OPTIONS`: whoever did that has decided.
 */
export function holdHeap(host: HeapHost): void {
  if (!isDecided(host)) host.setRuntimeFlag(youngGenerationStays);
}

/**
 * Lets the heap grow with what it holds, and not with the memory of the machine, by which V8 would go: the old generation by two fifths of what is
 * left after a collection, the young one up to a limit.
 */
export function boundHeap(host: HeapHost): void {
  if (isDecided(host)) return;
  const { setRuntimeFlag, youngGeneration } = host;
  setRuntimeFlag('--heap-growing-percent=40');
  setRuntimeFlag(youngGenerationGrows);
  const stop = youngGeneration.onCollected(() => {
    if (youngGeneration.size() < largestYoungGeneration) return;
    setRuntimeFlag(youngGenerationStays);
    stop();
  });
}

/** Has V8 collect garbage early from now on, and compile with one compiler less. */
export function keepHeapSmall(host: HeapHost): void {
  if (isDecided(host)) return;
  const early = savesMemory(host.v8Version) ? '--memory-saver-mode' : '--heap-growing-percent=50';
  for (const flag of [youngGenerationStays, '--no-maglev', early]) host.setRuntimeFlag(flag);
}

function isDecided({ environment, runtimeArguments }: HeapHost): boolean {
  return [...runtimeArguments, ...(environment['NODE_OPTIONS'] ?? '').split(/[\s"]+/)].some(isAboutHeap);
}

function savesMemory(v8Version: string): boolean {
  const [major = 0, minor = 0] = v8Version.split('.').map(Number);
  return major > memorySaver.major || (major === memorySaver.major && minor >= memorySaver.minor);
}

/** V8 takes underscores for dashes in the names of flags. */
function isAboutHeap(argument: string): boolean {
  const name = /^--?(?:no-?)?([^=]+)/.exec(argument.replaceAll('_', '-'))?.[1];
  return name !== undefined && heapFlags.has(name);
}
