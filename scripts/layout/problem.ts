export interface Problem {
  readonly path: string;
  readonly message: string;
  /** A warning is printed and fails nothing. */
  readonly level: 'error' | 'warning';
}

export const problem = (path: string, message: string): Problem => ({ path, message, level: 'error' });
export const warning = (path: string, message: string): Problem => ({ path, message, level: 'warning' });
