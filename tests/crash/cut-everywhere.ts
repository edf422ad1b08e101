import { expect, test } from 'vitest';
import { reportLane } from '../lane-report.ts';
import { replayNumber } from '../rig/replay.ts';
import { type CutResult, type CutRun, runWithCut } from './run-with-cut.ts';

const seed = replayNumber('SEED') ?? 1;
const onlyCut = replayNumber('CRASH_CUT');
const retentions = ['durable', 'dies-with-process', 'forgets-finished'] as const;
const timeLimitMilliseconds = 120_000;

/** What to type to see one run again. */
function replayLine({ notifying, retention }: CutRun, cutAt: number | undefined): string {
  const file = notifying ? 'notifying' : 'polling';
  const cut = cutAt === undefined ? '' : `CRASH_CUT=${cutAt} `;
  return `${cut}SEED=${seed} npx vitest run --project lanes tests/crash/${file} -t ${retention}`;
}

function failureText(run: CutRun, cutAt: number | undefined, { place, complaints }: CutResult): string {
  const where = cutAt === undefined ? 'without a cut' : `cut ${place ?? 'nowhere'}`;
  return [`${where}; again by: ${replayLine(run, cutAt)}`, ...complaints].join('\n  ');
}

/** Cuts the process off before and after every call of the scenario, one run for each, for every kind of backend. */
export function testCutsEverywhere(options: { readonly notifying: boolean }): void {
  const name = options.notifying ? 'notifying' : 'polled';
  let cutPoints = 0;

  test.for(retentions)(
    `Promises 1 to 3 hold wherever the process is cut, with a ${name} provider and a backend that is %s`,
    { timeout: timeLimitMilliseconds },
    async (retention) => {
      const run: CutRun = { seed, retention, ...options };
      const whole = await runWithCut(run);
      expect(whole.complaints, failureText(run, undefined, whole)).toEqual([]);
      const cuts = onlyCut === undefined ? Array.from({ length: whole.cutPoints }, (_, index) => index + 1) : [onlyCut];
      const failures: string[] = [];
      for (const cutAt of cuts) {
        const result = await runWithCut({ ...run, cutAt });
        if (result.place === undefined) failures.push(`there was no cut ${cutAt}`);
        if (result.complaints.length > 0) failures.push(failureText(run, cutAt, result));
      }
      expect(failures.slice(0, 5).join('\n'), `${failures.length} of ${cuts.length} cuts broke a promise`).toBe('');
      cutPoints += cuts.length;
      reportLane({
        lane: 'crash and fault',
        ran: true,
        part: `cuts, ${name}`,
        detail: `${cutPoints} cut points with a ${name} provider, seed ${seed}`,
      });
    },
  );

  test(`A run is the same again under the same seed, with a ${name} provider`, async () => {
    const run: CutRun = { seed, retention: 'durable', cutAt: 61, ...options };
    const [first, second] = [await runWithCut(run), await runWithCut(run)];
    expect(first.calls.length).toBeGreaterThan(20);
    expect(second.calls).toEqual(first.calls);
    expect(second.world.history.entries).toEqual(first.world.history.entries);
  });
}
