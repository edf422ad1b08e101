import { eventLoopTurn } from '../bytes/event-loop-turn.ts';
import { isWordCharacter } from './characters.ts';
import { compileExpression, type Instruction } from './compile-expression.ts';
import { either, parseExpression } from './parse-expression.ts';
import { PatternError } from './pattern-error.ts';
import { tokensOf, type Assertion, type SyntaxOptions } from './tokens.ts';

const longestPattern = 2_000;
/** After as many instructions others get a turn. */
const stepsPerTurn = 50_000;

/**
 * Finds a regular expression in lines. The time is that of the line times that of the expression, whatever they are: all ways to match
 * are followed side by side, none is tried again, and others get their turn meanwhile.
 */
export class LineMatcher {
  readonly #program: readonly Instruction[];
  /** The position at which an instruction was come to last, counted over all lines. */
  readonly #reached: Float64Array;
  #position = 0;
  #steps = 0;

  /**
   * Of several patterns, one on each line, any will do.
   *
   * @throws PatternError
   */
  constructor(pattern: string, options: SyntaxOptions) {
    if (pattern.length > longestPattern) throw new PatternError('Regular expression too big');
    const expressions = pattern.split('\n').map((line) => parseExpression(tokensOf(line, options)));
    this.#program = compileExpression(either(expressions.map((expression) => [expression])));
    this.#reached = new Float64Array(this.#program.length);
  }

  /** True when the line has what is looked for, anywhere in it. */
  async test(line: string): Promise<boolean> {
    let arrived: number[] = [];
    let before: number | undefined;
    for (let at = 0; ;) {
      const after = line.codePointAt(at);
      this.#position++;
      const waiting: number[] = [];
      arrived.push(0);
      if (this.#follow(arrived, { before, after }, waiting)) return true;
      if (after === undefined) return false;
      arrived = waiting.filter((index) => this.#takes(index, after)).map((index) => index + 1);
      if (this.#steps > stepsPerTurn) {
        this.#steps = 0;
        await eventLoopTurn();
      }
      before = after;
      at += after > 0xffff ? 2 : 1;
    }
  }

  /** Goes on from all places to those that wait for a character. True when one of them is the end. */
  #follow(places: number[], around: Surroundings, waiting: number[]): boolean {
    for (let index = places.pop(); index !== undefined; index = places.pop()) {
      if (this.#reached[index] === this.#position) continue;
      this.#reached[index] = this.#position;
      this.#steps++;
      const instruction = this.#program[index];
      if (instruction === undefined || instruction.kind === 'found') return true;
      if (instruction.kind === 'fork') places.push(...instruction.to);
      else if (instruction.kind === 'character') waiting.push(index);
      else if (holds(instruction.assertion, around)) places.push(index + 1);
    }
    return false;
  }

  #takes(index: number, codePoint: number): boolean {
    const instruction = this.#program[index];
    return instruction?.kind === 'character' && instruction.test(codePoint);
  }
}

/** The characters on both sides of a place in a line. */
interface Surroundings {
  readonly before: number | undefined;
  readonly after: number | undefined;
}

function holds(assertion: Assertion, { before, after }: Surroundings): boolean {
  if (assertion === 'line-start') return before === undefined;
  if (assertion === 'line-end') return after === undefined;
  const [word, next] = [before, after].map((side) => side !== undefined && isWordCharacter(side));
  if (assertion === 'word-start') return word === false && next === true;
  if (assertion === 'word-end') return word === true && next === false;
  return (word !== next) === (assertion === 'word-edge');
}
