import type { Logger } from '../../provider/logger.ts';
import type { PodStatus } from '../../provider/wire.ts';
import type { PodRecord } from '../pod-record.ts';
import { podFields } from '../steps/step-context.ts';

const messages: Readonly<Record<string, string>> = {
  Pending: 'Pod waits',
  Running: 'Pod running',
  Succeeded: 'Pod succeeded',
  Failed: 'Pod failed',
};

/** A refusal and a loss are told where they are found out. */
const toldElsewhere: ReadonlySet<string | undefined> = new Set(['ProviderRefused', 'NotFound']);

/** Says once that a pod is in another phase, or in the same for another reason, as the API server has acknowledged it. */
export function tellPhase(record: PodRecord, before: PodStatus | undefined, after: PodStatus, log: Logger): void {
  const { phase = 'Pending', reason, message } = after;
  if ((phase === (before?.phase ?? 'Pending') && reason === before?.reason) || toldElsewhere.has(reason)) return;
  const exitCodes = (after.containerStatuses ?? []).flatMap(({ name, state }) =>
    state?.terminated === undefined ? [] : [`${name}=${state.terminated.exitCode}`],
  );
  const bad = phase === 'Failed' || (phase === 'Pending' && reason !== undefined);
  log[bad ? 'warn' : 'info'](messages[phase] ?? `Pod ${phase}`, {
    ...podFields(record),
    ...(reason !== undefined && { reason }),
    ...(bad && message !== undefined && { message }),
    ...(exitCodes.length > 0 && { exitCodes: exitCodes.join(' ') }),
  });
}
