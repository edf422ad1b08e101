import type { CharacterTest } from './characters.ts';
import type { Expression } from './parse-expression.ts';
import { PatternError } from './pattern-error.ts';
import type { Assertion } from './tokens.ts';

/** One step of a match; where it goes on is the number of an instruction. */
export type Instruction =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  /** Goes on at all of them at once. */
  | { readonly kind: 'fork'; readonly to: readonly number[] }
  | { readonly kind: 'found' };

/** Every character of a text is compared with as many at most. */
const longestProgram = 2_000;

/**
 * A regular expression as a program for a machine that is in many places at once; after each instruction without `to` comes the next.
 *
 * Source: R. Cox, Regular Expression Matching: the Virtual Machine Approach (Thompson's construction).
 *
 * @throws PatternError when the program is too long: repetitions are written out.
 */
export function compileExpression(expression: Expression): readonly Instruction[] {
  const program: Instruction[] = [];
  let steps = 0;
  /** Parts that add nothing count too: they can be repeated as often as others. */
  const count = (): void => {
    if (++steps > 2 * longestProgram || program.length > longestProgram)
      throw new PatternError('Regular expression too big');
  };
  const fork = (to: readonly number[]): number => program.push({ kind: 'fork', to }) - 1;
  const emit = (part: Expression): void => {
    count();
    switch (part.kind) {
      case 'sequence':
        for (const inner of part.parts) emit(inner);
        break;
      case 'either':
        emitEither(part.parts);
        break;
      case 'repeat':
        emitRepeat(part.part, part.least, part.most);
        break;
      case 'character':
      case 'assertion':
        program.push(part);
    }
  };
  const emitEither = (parts: readonly Expression[]): void => {
    const ends: number[] = [];
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      const start = isLast ? -1 : fork([]);
      emit(part);
      if (isLast) break;
      ends.push(fork([]));
      program[start] = { kind: 'fork', to: [start + 1, program.length] };
    }
    for (const end of ends) program[end] = { kind: 'fork', to: [program.length] };
  };
  const emitRepeat = (part: Expression, least: number, most: number | undefined): void => {
    for (let times = 0; times < least; times++) emit(part);
    if (most === undefined) {
      const start = fork([]);
      emit(part);
      fork([start]);
      program[start] = { kind: 'fork', to: [start + 1, program.length] };
      return;
    }
    const starts: number[] = [];
    for (let times = least; times < most; times++) {
      starts.push(fork([]));
      emit(part);
    }
    for (const start of starts) program[start] = { kind: 'fork', to: [start + 1, program.length] };
  };
  emit(expression);
  count();
  program.push({ kind: 'found' });
  return program;
}
