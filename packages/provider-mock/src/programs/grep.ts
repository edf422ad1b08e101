import { LineMatcher } from '../regular-expression/line-matcher.ts';
import { PatternError } from '../regular-expression/pattern-error.ts';
import { readOptions } from './options.ts';
import { complain, print, type Program } from './process.ts';
import { inputsOf, readLines } from './read-files.ts';

export const grep: Program = async (process) => {
  const { flags, operands } = readOptions(process.arguments, { flags: 'vqicEFn' });
  const [pattern = '', ...paths] = operands;
  let isFound: (line: string) => boolean | Promise<boolean>;
  try {
    isFound = finderOf(pattern, flags);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    await complain(process, `bad regex '${pattern}': ${error.message}`);
    return 2;
  }
  let matches = 0;
  for (const path of inputsOf(paths)) {
    let [found, number] = [0, 0];
    const prefix = paths.length > 1 ? `${path}:` : '';
    for await (const line of readLines(process, path)) {
      number += 1;
      const text = line.toString('utf8').replace(/\n$/u, '');
      if ((await isFound(text)) === flags.has('v')) continue;
      found += 1;
      if (flags.has('q')) return 0;
      if (!flags.has('c')) await print(process, `${prefix}${flags.has('n') ? `${number}:` : ''}${text}\n`);
    }
    if (flags.has('c')) await print(process, `${prefix}${found}\n`);
    matches += found;
  }
  return matches > 0 ? 0 : 1;
};

function finderOf(pattern: string, flags: ReadonlySet<string>): (line: string) => boolean | Promise<boolean> {
  const ignoreCase = flags.has('i');
  if (flags.has('F')) {
    const folded = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
    const wanted = folded(pattern).split('\n');
    return (line) => wanted.some((text) => folded(line).includes(text));
  }
  const matcher = new LineMatcher(pattern, { extended: flags.has('E'), ignoreCase });
  return (line) => matcher.test(line);
}
