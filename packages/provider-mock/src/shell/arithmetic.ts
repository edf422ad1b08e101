import { ShellSyntaxError } from './shell-syntax-error.ts';

const token = /\s*(\d+|[A-Za-z_][A-Za-z0-9_]*|[<>=!]=|&&|\|\||[-+*/%()<>!])/uy;

const levels: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];

/**
 * The value of `$((...))`: whole numbers, variables, and the operators of C for them, without assignment.
 *
 * @throws ShellSyntaxError when it is no expression, or divides by zero.
 */
export function evaluateArithmetic(text: string, variable: (name: string) => string): number {
  const tokens = tokensOf(text);
  let position = 0;

  const level = (index: number): number => {
    const operators = levels[index];
    if (operators === undefined) return unary();
    let value = level(index + 1);
    for (;;) {
      const operator = tokens[position];
      if (operator === undefined || !operators.includes(operator)) return value;
      position += 1;
      value = apply(operator, value, level(index + 1));
    }
  };
  const unary = (): number => {
    const next = tokens[position++];
    if (next === '-') return -unary();
    if (next === '+') return unary();
    if (next === '!') return unary() === 0 ? 1 : 0;
    if (next === '(') {
      const value = level(0);
      if (tokens[position++] !== ')') throw bad(text);
      return value;
    }
    if (next === undefined || !/^\w/u.test(next)) throw bad(text);
    const value = Number(/^\d/u.test(next) ? next : variable(next) || '0');
    if (!Number.isInteger(value)) throw bad(text);
    return value;
  };

  if (tokens.length === 0) return 0;
  const value = level(0);
  if (position < tokens.length) throw bad(text);
  return value;
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  const trimmed = text.trimEnd();
  while (token.lastIndex < trimmed.length) {
    const found = token.exec(trimmed)?.[1];
    if (found === undefined) throw bad(text);
    tokens.push(found);
  }
  return tokens;
}

function apply(operator: string, left: number, right: number): number {
  switch (operator) {
    case '||':
      return left !== 0 || right !== 0 ? 1 : 0;
    case '&&':
      return left !== 0 && right !== 0 ? 1 : 0;
    case '==':
      return left === right ? 1 : 0;
    case '!=':
      return left === right ? 0 : 1;
    case '<':
      return left < right ? 1 : 0;
    case '<=':
      return left <= right ? 1 : 0;
    case '>':
      return left > right ? 1 : 0;
    case '>=':
      return left >= right ? 1 : 0;
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    default:
      if (right === 0) throw new ShellSyntaxError('divide by zero', { incomplete: false });
      return operator === '/' ? Math.trunc(left / right) : left % right;
  }
}

function bad(text: string): ShellSyntaxError {
  return new ShellSyntaxError(`${text.trim()} is not an expression`, { incomplete: false });
}
