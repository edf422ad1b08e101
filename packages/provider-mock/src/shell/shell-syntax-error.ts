/** A script that is not one. */
export class ShellSyntaxError extends Error {
  override readonly name = 'ShellSyntaxError';
  readonly code = 'ShellSyntax';
  /** The text ended too early: with more lines it may become a script. */
  readonly incomplete: boolean;

  constructor(message: string, options: { readonly incomplete: boolean }) {
    super(`syntax error: ${message}`);
    this.incomplete = options.incomplete;
  }
}
