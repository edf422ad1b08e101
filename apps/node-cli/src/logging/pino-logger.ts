import type { LogFields, Logger } from '@vk/node/provider';
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { traceFields } from '../telemetry/trace-fields.ts';
import { redactFields, redactText } from './redact.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogOutput {
  write(text: string): void;
}

export interface CreateLoggerOptions {
  readonly level: LogLevel;
  readonly format: 'json' | 'pretty';
  readonly output: LogOutput;
  /** For the pretty format. */
  readonly colour: boolean;
}

/**
 * The logger that is plugged into the library: one JSON object per line, or lines for people. Credentials are blanked out
 * in both.
 */
export async function createLogger(options: CreateLoggerOptions): Promise<Logger> {
  const { level, format, output } = options;
  const destination = format === 'pretty' ? await prettyDestination(options) : output;
  return wrap(
    pino(
      {
        level,
        base: null,
        timestamp: () => `,"time":"${new Date().toISOString()}"`,
        formatters: { level: (label) => ({ level: label }) },
        mixin: traceFields,
      },
      destination,
    ),
  );
}

/** pino-pretty is loaded only when it is wanted: a node in a cluster writes JSON. */
async function prettyDestination({ level, output, colour }: CreateLoggerOptions): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty');
  const prettify = prettyFactory({
    colorize: colour,
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
    // One line per event; only stacks, which are for the debug level, are worth more.
    errorLikeObjectKeys: level === 'debug' ? ['error'] : [],
    // For machines that join lines and traces: they read JSON.
    ignore: 'trace_id,span_id',
  });
  return { write: (line) => output.write(prettify(line)) };
}

/** The fields of the loggers around it are merged here: a line must not have one key twice. */
function wrap(sink: PinoLogger, bound: LogFields = {}): Logger {
  // Redacted when a line is written, and not before: most loggers of one request never write any.
  const line =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (!sink.isLevelEnabled(level)) return;
      const redacted = redactFields({ ...bound, ...fields }, { stacks: sink.isLevelEnabled('debug') });
      sink[level](redacted, redactText(message));
    };
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    with: (fields) => wrap(sink, { ...bound, ...fields }),
  };
}
