/** What kind of failure a command ended with; each kind has its own exit code. */
export type CommandErrorCode = 'usage' | 'provider' | 'unreachable' | 'forbidden' | 'address-in-use' | 'not-ready';

/** A failure that the person at the keyboard can mend. The message is one clear line: what is wrong, where, and what would be right. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: CommandErrorCode;

  constructor(code: CommandErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  static isInstance(error: unknown): error is CommandError {
    return error instanceof CommandError;
  }
}
