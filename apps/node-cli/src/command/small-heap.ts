import type { CommandHost } from './host.ts';

type HeapHost = Pick<CommandHost, 'environment' | 'runtimeArguments' | 'v8Version' | 'setRuntimeFlag'>;

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

/** V8's own. */
const growthFactor = 2;

/**
 * Keeps the young generation of V8 from growing, for the time being: it could not be made smaller any more when it is known what is run.
 * Nothing is done, here and by the other two, where Node.js was started with a flag about the size of the heap, on its command line or
 * in `NODE_OPTIONS`: whoever did that has decided.
 */
export function holdHeap(host: HeapHost): void {
  setFlags(host, ['--semi-space-growth-factor=1']);
}

/** V8 may let the heap grow with the memory of the machine, as it does by itself. */
export function letHeapGrow(host: HeapHost): void {
  setFlags(host, [`--semi-space-growth-factor=${growthFactor}`]);
}

/** Has V8 collect garbage early from now on, and compile with one compiler less. */
export function keepHeapSmall(host: HeapHost): void {
  const early = savesMemory(host.v8Version) ? '--memory-saver-mode' : '--heap-growing-percent=50';
  setFlags(host, ['--semi-space-growth-factor=1', '--no-maglev', early]);
}

function setFlags({ environment, runtimeArguments, setRuntimeFlag }: HeapHost, flags: readonly string[]): void {
  const given = [...runtimeArguments, ...(environment['NODE_OPTIONS'] ?? '').split(/[\s"]+/)];
  if (!given.some(isAboutHeap)) for (const flag of flags) setRuntimeFlag(flag);
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
