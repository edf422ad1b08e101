import { FileError } from '../file-system/file-error.ts';
import { isFolder } from '../file-system/nodes.ts';
import type { FileSystemNode } from '../file-system/nodes.ts';
import { complain, pathOf } from './process.ts';
import type { Process, Program } from './process.ts';
import { UsageError } from './usage-error.ts';

/** `test` and `[`: 0 when it holds, 1 when it does not, 2 when it cannot be understood. */
export const test: Program = async (process) => {
  const words = [...process.arguments];
  if (process.name === '[' && words.pop() !== ']') {
    await complain(process, 'missing ]');
    return 2;
  }
  try {
    const holds = either(process, words);
    if (words.length > 0) throw new UsageError(`${words[0]}: unknown operand`);
    return holds ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await complain(process, error.message);
    return 2;
  }
};

function either(process: Process, words: string[]): boolean {
  let holds = both(process, words);
  while (words[0] === '-o') {
    words.shift();
    holds = both(process, words) || holds;
  }
  return holds;
}

function both(process: Process, words: string[]): boolean {
  let holds = term(process, words);
  while (words[0] === '-a') {
    words.shift();
    holds = term(process, words) && holds;
  }
  return holds;
}

function term(process: Process, words: string[]): boolean {
  const [first, operator, second] = words;
  if (first === undefined) return false;
  const compare = operator === undefined ? undefined : comparisons.get(operator);
  if (compare !== undefined && second !== undefined) {
    words.splice(0, 3);
    return compare(first, second);
  }
  if (first === '!' && words.length > 1) {
    words.shift();
    return !term(process, words);
  }
  words.shift();
  if (/^-[a-zA-Z]$/u.test(first) && words.length > 0) return single(process, first, words.shift() ?? '');
  return first !== '';
}

function single(process: Process, operator: string, operand: string): boolean {
  if (operator === '-n') return operand !== '';
  if (operator === '-z') return operand === '';
  if (operator === '-t') return process.terminal !== undefined;
  const node = find(process, operand, operator === '-L' || operator === '-h');
  switch (operator) {
    case '-e':
      return node !== undefined;
    case '-f':
      return node?.kind === 'file' || node?.kind === 'program';
    case '-d':
      return node !== undefined && isFolder(node);
    case '-s':
      return node !== undefined && (node.kind !== 'file' || node.size > 0);
    case '-L':
    case '-h':
      return node?.kind === 'link';
    case '-r':
      return node !== undefined;
    case '-w':
      return node !== undefined && node.kind !== 'volume' && (node.mode & 0o222) !== 0;
    case '-x':
      return node !== undefined && (node.mode & 0o111) !== 0;
    default:
      throw new UsageError(`${operator}: unknown operand`);
  }
}

function find(process: Process, path: string, link: boolean): FileSystemNode | undefined {
  const { files } = process.machine;
  try {
    return link ? files.findLink(pathOf(process, path)) : files.find(pathOf(process, path));
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

const comparisons: ReadonlyMap<string, (left: string, right: string) => boolean> = new Map([
  ['=', (left: string, right: string) => left === right],
  ['==', (left: string, right: string) => left === right],
  ['!=', (left: string, right: string) => left !== right],
  ['-eq', (left: string, right: string) => whole(left) === whole(right)],
  ['-ne', (left: string, right: string) => whole(left) !== whole(right)],
  ['-lt', (left: string, right: string) => whole(left) < whole(right)],
  ['-le', (left: string, right: string) => whole(left) <= whole(right)],
  ['-gt', (left: string, right: string) => whole(left) > whole(right)],
  ['-ge', (left: string, right: string) => whole(left) >= whole(right)],
]);

function whole(text: string): number {
  if (!/^\s*[-+]?\d+\s*$/u.test(text)) throw new UsageError(`${text}: bad number`);
  return Number(text);
}
