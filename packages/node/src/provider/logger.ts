/** Values that go with a log line. Never put a Secret's contents or a token here. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Where log lines go. The library is silent by default; node-cli plugs pino in.
 * `message` is a plain sentence that is the same for every occurrence; what differs goes into `fields`.
 */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to every line. */
  with(fields: LogFields): Logger;
}

function ignore(): void {
  // A library that nobody asked to speak says nothing.
}

/** Drops every line. */
export const silentLogger: Logger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  with: () => silentLogger,
};
