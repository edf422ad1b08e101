import { systemClock } from '@vk/node';
import type { Logger } from '@vk/node/provider';
import type { FlagValues } from '../flags/flag-values.ts';
import { foldRepeats } from '../logging/fold-repeats.ts';
import { createLogger } from '../logging/pino-logger.ts';
import type { CommandHost } from './host.ts';

/**
 * The log goes to standard error: standard output is for what was asked for. For a person, repeated failures are folded; JSON
 * has every line.
 */
export async function openLog(
  { logLevel, logFormat }: Pick<FlagValues, 'logLevel' | 'logFormat'>,
  { errors, environment }: Pick<CommandHost, 'errors' | 'environment'>,
): Promise<Logger> {
  const pretty = logFormat === 'auto' ? errors.isTerminal : logFormat === 'pretty';
  const log = await createLogger({
    level: logLevel,
    format: pretty ? 'pretty' : 'json',
    output: errors,
    // See https://no-color.org
    colour: errors.isTerminal && (environment['NO_COLOR'] ?? '') === '',
  });
  return pretty ? foldRepeats(log, systemClock) : log;
}
