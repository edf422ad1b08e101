/** `exit`, or the end of a shell with `-e` at a command that fails. */
export class ShellExit extends Error {
  override readonly name = 'ShellExit';
  readonly code = 'ShellExit';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** `break` and `continue`. */
export class LoopJump extends Error {
  override readonly name = 'LoopJump';
  readonly code = 'LoopJump';
  readonly kind: 'break' | 'continue';
  readonly levels: number;

  constructor(kind: 'break' | 'continue', levels: number) {
    super(kind);
    this.kind = kind;
    this.levels = levels;
  }
}
