/** `${NAME:?word}` of a variable that is not set. */
export class UnsetVariableError extends Error {
  override readonly name = 'UnsetVariableError';
  readonly code = 'UnsetVariable';

  constructor(variable: string, word: string) {
    super(`${variable}: ${word === '' ? 'parameter not set' : word}`);
  }
}
