const numbers = { HUP: 1, INT: 2, QUIT: 3, KILL: 9, PIPE: 13, TERM: 15 } as const;

export type SignalName = keyof typeof numbers;

export const signalNames: readonly SignalName[] = Object.keys(numbers) as SignalName[];

export function signalNumber(name: SignalName): number {
  return numbers[name];
}

/** A signal ends a program: the reason with which its AbortSignal is aborted. */
export class ProcessSignal extends Error {
  override readonly name = 'ProcessSignal';
  readonly code = 'ProcessSignal';
  readonly signalName: SignalName;

  constructor(signalName: SignalName) {
    super(`SIG${signalName}`);
    this.signalName = signalName;
  }

  /** As a shell shows it: 128 and the signal's number. */
  get exitCode(): number {
    return 128 + numbers[this.signalName];
  }
}
