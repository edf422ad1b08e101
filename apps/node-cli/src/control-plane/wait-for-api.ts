import { get } from 'node:https';
import type { Clock } from '@vk/node';
import { CommandError } from '../errors/command-error.ts';
import type { ManagedProcess } from './managed-process.ts';

const pollMilliseconds = 100;
const patienceMilliseconds = 60_000;

export interface WaitOptions {
  /** What is waited for, as it stands in the message. */
  readonly what: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Programs without which it will never come true. */
  readonly programs: readonly ManagedProcess[];
}

/**
 * Asks again and again until it is true.
 *
 * @throws CommandError `unreachable` with the last lines of a program that has ended, or when a minute has passed.
 */
export async function waitUntil(isTrue: () => Promise<boolean>, options: WaitOptions): Promise<void> {
  const { what, clock, signal, programs } = options;
  const giveUpAt = clock.monotonic() + patienceMilliseconds;
  while (!(await isTrue())) {
    const dead = programs.find(({ running }) => !running);
    if (dead !== undefined) throw await failure(`${dead.name} ended with ${await dead.ended}`, dead);
    if (clock.monotonic() > giveUpAt) throw await failure(`${what} did not come within a minute`, programs.at(-1));
    await clock.sleep(pollMilliseconds, signal);
  }
}

async function failure(reason: string, program: ManagedProcess | undefined): Promise<CommandError> {
  const lines = await program?.lastLines();
  const taken = /([\w.:[\]]+): bind: address already in use/.exec(lines ?? '')?.[1];
  if (taken !== undefined)
    return new CommandError('address-in-use', `${taken} is in use by another program; choose another port with --port`);
  return new CommandError(
    'unreachable',
    `the development cluster did not start: ${reason}${lines === undefined ? '' : `; its last lines: ${lines}`}`,
  );
}

export interface ProbeOptions {
  readonly url: string;
  readonly certificateAuthority: string;
  readonly token: string;
}

/** True when a GET is answered with 200; false for anything else, also for no answer. */
export function answersOk({ url, certificateAuthority, token }: ProbeOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(
      url,
      { ca: certificateAuthority, headers: { authorization: `Bearer ${token}` }, agent: false, timeout: 5_000 },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}
