import { errorChain } from './error-chain.ts';

/** Their message says in words what the cause says in codes. */
const speakForTheirCause: ReadonlySet<string> = new Set(['KubeConnectionError', 'CommandError']);

/** A failure as one line: what happened, then why, without saying anything twice. */
export function describeError(error: unknown): string {
  const messages: string[] = [];
  for (const link of errorChain(error)) {
    const message = oneLine(link.message) || link.name;
    if (!messages.some((earlier) => earlier.includes(message))) messages.push(message);
    if (speakForTheirCause.has(link.name)) break;
  }
  return messages.join(': ');
}

/** The stacks of a failure and of its causes, for `--log-level debug`. */
export function describeStack(error: unknown): string {
  return errorChain(error)
    .map((link) => link.stack ?? `${link.name}: ${link.message}`)
    .join('\ncaused by ');
}

function oneLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}
