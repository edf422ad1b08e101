import { CommandError, type CommandErrorCode } from './command-error.ts';
import { errorChain, systemCode } from './error-chain.ts';

/** How a command ends. */
export type ExitKind = 'ok' | 'failure' | CommandErrorCode;

export interface ExitCode {
  readonly code: number;
  /** When it is given, as a sentence. */
  readonly when: string;
}

/** Every exit code of the command, in one place; the guide's table is generated from it. */
export const exitCodes: Readonly<Record<ExitKind, ExitCode>> = {
  ok: { code: 0, when: 'The command did what it was asked, or a signal stopped it and everything was put away.' },
  failure: {
    code: 1,
    when: 'An unexpected failure, or a second signal that ended the process at once. `--log-level debug` prints the stack.',
  },
  usage: { code: 2, when: 'An unknown or missing flag, a value that cannot be right, or a bad `--config` file.' },
  provider: { code: 3, when: 'The provider cannot be found or loaded, or it refuses its configuration.' },
  unreachable: { code: 4, when: 'The kubeconfig cannot be read, or the API server does not answer.' },
  forbidden: { code: 5, when: 'The API server answers, but does not let these credentials do what the node needs.' },
  'address-in-use': { code: 6, when: 'An address to listen on is taken, or may not be used.' },
  'not-ready': { code: 7, when: 'The node was not ready within `--startup-timeout`.' },
};

/** The errors of the library that the person who started it can do something about. By name: it may be another copy of it. */
const kinds: Readonly<Record<string, CommandErrorCode>> = {
  KubeConnectionError: 'unreachable',
  KubeConfigError: 'unreachable',
  InvalidInput: 'usage',
  CertificateFileError: 'usage',
  NodeNotOursError: 'usage',
  OnExitForbiddenError: 'forbidden',
  ContractVersionError: 'provider',
  ProviderConfigError: 'provider',
};

const unreachableCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
]);

const addressCodes: ReadonlySet<string> = new Set(['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES']);

/**
 * The one place that turns a failure into an exit code. The outermost error that says what it is decides. An unknown cluster id
 * is forbidden or unreachable when its cause is, and else a flag that is missing.
 */
export function exitCodeOf(error: unknown): number {
  for (const link of errorChain(error)) {
    const kind = kindOf(link);
    if (kind !== undefined) return exitCodes[kind].code;
  }
  return exitCodes[errorChain(error).some(({ name }) => name === 'ClusterIdUnknownError') ? 'usage' : 'failure'].code;
}

function kindOf(error: Error): CommandErrorCode | undefined {
  if (CommandError.isInstance(error)) return error.code;
  const known = kinds[error.name];
  if (known !== undefined) return known;
  if (error.name === 'KubeError' && 'code' in error)
    return error.code === 401 || error.code === 403 ? 'forbidden' : undefined;
  const code = systemCode(error);
  if (code === undefined) return undefined;
  if (addressCodes.has(code) && 'syscall' in error && (error.syscall === 'listen' || error.syscall === 'bind'))
    return 'address-in-use';
  return unreachableCodes.has(code) ? 'unreachable' : undefined;
}
