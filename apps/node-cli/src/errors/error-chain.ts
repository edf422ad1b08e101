import { inspect } from 'node:util';

/** An error and its causes, outermost first. A thrown value that is no error counts as one with that text. */
export function errorChain(error: unknown): Error[] {
  const chain: Error[] = [];
  let link: unknown = error;
  while (link !== undefined && link !== null && !chain.includes(link as Error)) {
    const next: Error = link instanceof Error ? link : new Error(asText(link));
    chain.push(next);
    link = next instanceof AggregateError && next.cause === undefined ? next.errors[0] : next.cause;
  }
  return chain;
}

function asText(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : inspect(thrown);
}

/** The `code` of an error of the operating system or of the HTTP client, such as `ECONNREFUSED`. */
export function systemCode(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
