/** A script wants more than a container gets of the process that it is in. It ends the shell. */
export class ShellLimitError extends Error {
  override readonly name = 'ShellLimitError';
  readonly code = 'ShellLimit';
}
