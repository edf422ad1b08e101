import { parseArgs } from 'node:util';
import type { Step } from './step.ts';

/** `--only lint,layout` keeps those steps, in their own order. Throws on a name that no step has. */
export const chooseSteps = (steps: readonly Step[], argv: readonly string[]): readonly Step[] => {
  const { values } = parseArgs({ args: [...argv], options: { only: { type: 'string' } } });
  if (values.only === undefined) return steps;
  const wanted = values.only.split(',').map((name) => name.trim());
  const known = steps.map((step) => step.name);
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`No step is called ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  return steps.filter((step) => wanted.includes(step.name));
};
