import { beforeEach, describe, expect, it } from 'vitest';
import type { LogFields, Logger } from '../../provider/logger.ts';
import type { PodStatus } from '../../provider/wire.ts';
import { newPodRecord } from '../pod-record.ts';
import { tellPhase } from './phase-line.ts';

const record = newPodRecord({ namespace: 'shop', name: 'web', uid: 'u1' });
let lines: (readonly [level: string, message: string, fields: LogFields | undefined])[];

function line(level: string): (message: string, fields?: LogFields) => void {
  return (message, fields) => void lines.push([level, message, fields]);
}

const log: Logger = {
  debug: line('debug'),
  info: line('info'),
  warn: line('warn'),
  error: line('error'),
  with: () => log,
};

beforeEach(() => {
  lines = [];
});

function tell(before: PodStatus | undefined, after: PodStatus): void {
  tellPhase(record, before, after, log);
}

describe('the line about a phase', () => {
  it('is written when the phase changes, with exit codes where there are any', () => {
    const terminated = { exitCode: 3 };
    const container = { name: 'main', image: '', imageID: '', ready: false, restartCount: 0, state: { terminated } };
    tell(undefined, { phase: 'Running' });
    tell({ phase: 'Running' }, { phase: 'Succeeded' });
    tell(
      { phase: 'Running' },
      { phase: 'Failed', reason: 'Error', message: 'no luck', containerStatuses: [container] },
    );
    const pod = { pod: 'shop/web', uid: 'u1' };
    expect(lines).toEqual([
      ['info', 'Pod running', pod],
      ['info', 'Pod succeeded', pod],
      ['warn', 'Pod failed', { ...pod, reason: 'Error', message: 'no luck', exitCodes: 'main=3' }],
    ]);
  });

  it('is written once for a pod that waits for the same reason', () => {
    const waits = { phase: 'Pending', reason: 'CreateContainerConfigError', message: 'configmap "c" not found' };
    tell({ phase: 'Pending' }, waits);
    tell(waits, { ...waits, message: 'configmap "d" not found' });
    expect(lines.map(([level, message]) => `${level} ${message}`)).toEqual(['warn Pod waits']);
  });

  it('is left out where nothing changed that a reader can see', () => {
    tell({ phase: 'Running' }, { phase: 'Running', podIP: '10.0.0.1' });
    tell(undefined, { phase: 'Pending' });
    expect(lines).toEqual([]);
  });

  it('is left out for a refusal and a loss, which have a line of their own', () => {
    tell(undefined, { phase: 'Pending', reason: 'ProviderRefused' });
    tell({ phase: 'Running' }, { phase: 'Failed', reason: 'NotFound' });
    expect(lines).toEqual([]);
  });
});
