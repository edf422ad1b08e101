import { StreamingError } from '../errors/streaming-error.ts';

/** The command ran and ended. */
export interface CommandExit {
  /** 0 is success. Only 0 to 255 can be told to a client; anything else is told as 255. */
  readonly exitCode: number;
}

/** There is no exit code: the command could not be run, or nobody knows how it ended. */
export interface CommandFailure {
  /** What to tell the user. */
  readonly failure: string;
  /** The reason in the Status; `InternalError` by default. */
  readonly reason?: string;
  /** The code in the Status, an HTTP status; 500 by default. */
  readonly httpStatus?: number;
}

export type CommandOutcome = CommandExit | CommandFailure;

interface Status {
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

function tellable(exitCode: number): number {
  return Number.isInteger(exitCode) && exitCode >= 0 && exitCode <= 255 ? exitCode : 255;
}

/** The `metav1.Status` of protocols 4 and later, in the form in which client-go reads exit codes. */
function statusOf(outcome: CommandOutcome): Status {
  if ('failure' in outcome) {
    const { failure, reason = 'InternalError', httpStatus = 500 } = outcome;
    return { status: 'Failure', message: failure, reason, code: httpStatus };
  }
  if (outcome.exitCode === 0) {
    return { status: 'Success' };
  }
  return {
    status: 'Failure',
    message: `command terminated with non-zero exit code: ${outcome.exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(tellable(outcome.exitCode)) }] },
  };
}

/** What is written to the error stream; nothing for a success in a protocol that has no Status. */
export function encodeOutcome(outcome: CommandOutcome, asStatus: boolean): Buffer {
  const status = statusOf(outcome);
  if (asStatus) {
    return Buffer.from(JSON.stringify({ metadata: {}, ...status }));
  }
  return Buffer.from(status.message ?? '');
}

/** @throws StreamingError when it is a Status that says neither success nor failure, or no Status at all. */
export function decodeOutcome(bytes: Uint8Array, asStatus: boolean): CommandOutcome {
  const text = Buffer.from(bytes).toString('utf8');
  if (asStatus) {
    return outcomeOf(parseStatus(text));
  }
  return text === '' ? { exitCode: 0 } : { failure: text };
}

function parseStatus(text: string): Status {
  if (text === '') {
    throw new StreamingError('PeerGone', 'the server ended the command without a Status');
  }
  try {
    return (JSON.parse(text) ?? {}) as Status;
  } catch (error) {
    throw new StreamingError('ProtocolError', 'the error stream carries no Status', { cause: error });
  }
}

function outcomeOf(status: Status): CommandOutcome {
  if (status.status === 'Success') {
    return { exitCode: 0 };
  }
  if (status.status !== 'Failure') {
    throw new StreamingError('ProtocolError', 'the Status of the command says neither Success nor Failure');
  }
  const cause = status.details?.causes?.find(({ reason }) => reason === 'ExitCode');
  if (status.reason === 'NonZeroExitCode' && cause !== undefined && /^\d{1,3}$/.test(cause.message ?? '')) {
    return { exitCode: Number(cause.message) };
  }
  return {
    failure: status.message ?? 'the server gave no message',
    ...(status.reason === undefined ? {} : { reason: status.reason }),
    ...(status.code === undefined ? {} : { httpStatus: status.code }),
  };
}
