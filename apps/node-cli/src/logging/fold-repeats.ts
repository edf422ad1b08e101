import type { Clock } from '@vk/node';
import type { LogFields, Logger } from '@vk/node/provider';
import { describeError } from '../errors/describe-error.ts';
import { formatDuration } from '../flags/duration.ts';

/** A line that keeps coming: the first is written, then one for ever longer times. */
interface Repeated {
  writtenAt: number;
  lastAt: number;
  waitMilliseconds: number;
  folded: number;
}

const firstWaitMilliseconds = 10_000;
const longestWaitMilliseconds = 600_000;
/** After this long without one, the next counts as new. */
const quietMilliseconds = 900_000;
/** How many different lines are remembered. */
const maximumLines = 1_000;

/** What makes two warnings the same, besides their message: whom and what they are about, not how often it was tried. */
const identity = ['node', 'pod', 'uid', 'watch', 'subject', 'method', 'part', 'reason'];

/**
 * A log for people, in which a warning or an error that comes again and again about the same thing does not drown the rest: it
 * is written once, and then with a count, at first after 10 s and at last every 10 min.
 */
export function foldRepeats(log: Logger, clock: Clock): Logger {
  return folding(log, clock, new Map(), {});
}

function folding(log: Logger, clock: Clock, lines: Map<string, Repeated>, bound: LogFields): Logger {
  const fold =
    (level: 'warn' | 'error') =>
    (message: string, fields: LogFields = {}): void => {
      const count = countOf(lines, keyOf(level, message, { ...bound, ...fields }), clock.monotonic());
      if (count !== undefined) log[level](`${message}${count}`, fields);
    };
  return {
    debug: (message, fields) => log.debug(message, fields),
    info: (message, fields) => log.info(message, fields),
    warn: fold('warn'),
    error: fold('error'),
    with: (fields) => folding(log.with(fields), clock, lines, { ...bound, ...fields }),
  };
}

function keyOf(level: string, message: string, fields: LogFields): string {
  const parts = identity.map((name) => (typeof fields[name] === 'string' ? fields[name] : ''));
  const error = fields['error'] === undefined ? '' : describeError(fields['error']);
  return [level, message, ...parts, error].join('\n');
}

/** What to add to the line: nothing for the first, a count for one that stands for several, undefined to leave it out. */
function countOf(lines: Map<string, Repeated>, key: string, now: number): string | undefined {
  const known = lines.get(key);
  if (known === undefined || now - known.lastAt >= quietMilliseconds) {
    remember(lines, key, { writtenAt: now, lastAt: now, waitMilliseconds: firstWaitMilliseconds, folded: 0 });
    return '';
  }
  known.lastAt = now;
  known.folded++;
  const passed = now - known.writtenAt;
  if (passed < known.waitMilliseconds) return undefined;
  const count = ` (${known.folded === 1 ? 'once more' : `${known.folded} times more`} in ${formatDuration(Math.round(passed / 1_000) * 1_000)})`;
  known.folded = 0;
  known.writtenAt = now;
  known.waitMilliseconds = Math.min(known.waitMilliseconds * 2, longestWaitMilliseconds);
  return count;
}

function remember(lines: Map<string, Repeated>, key: string, line: Repeated): void {
  lines.delete(key);
  lines.set(key, line);
  if (lines.size <= maximumLines) return;
  const [oldest] = lines.keys();
  if (oldest !== undefined) lines.delete(oldest);
}
