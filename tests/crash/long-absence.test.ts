import { expect, test } from 'vitest';
import { judgeAtRest } from '../rig/judge/at-rest.ts';
import { judgeHistory } from '../rig/judge/judge-history.ts';
import { replayNumber } from '../rig/replay.ts';
import { World } from '../rig/world.ts';

const onlyCut = replayNumber('CRASH_CUT');

/** One short pod; while nobody looks after it, it ends, and a backend that forgets has forgotten it. */
async function runWithLongAbsence(options: {
  readonly notifying: boolean;
  readonly retention: 'durable' | 'forgets-finished';
  readonly cutAt: number | undefined;
}): Promise<{ readonly cutPoints: number; readonly complaints: readonly string[] }> {
  const { cutAt, ...rest } = options;
  const world = new World({ ...rest, latencyMilliseconds: 5 });
  const first = world.start({ cutAt });
  await world.run(300);
  await world.user.createPod('job', { restartPolicy: 'Never' });
  await world.run(3_000);
  for (const uid of world.backend.objects.keys()) world.backend.finish(uid, 0);
  await world.run(60_000);
  const { cutPoints } = first.crossings;
  if (first.process.isCut) world.start();
  await world.run(1_000);
  const atRest = await world.runUntil(() => judgeAtRest(world), 120_000);
  const complaints = [...judgeHistory(world), ...atRest.map((text) => `in the end, ${text}`)];
  world.close();
  return { cutPoints, complaints };
}

test.for([
  { retention: 'forgets-finished', notifying: true },
  { retention: 'forgets-finished', notifying: false },
  { retention: 'durable', notifying: true },
] as const)(
  'A pod that ended while nobody looked is not run again, wherever the process was cut ($retention, notifying: $notifying)',
  { timeout: 120_000 },
  async (options) => {
    const { cutPoints, complaints } = await runWithLongAbsence({ ...options, cutAt: undefined });
    expect(complaints).toEqual([]);
    const cuts = onlyCut === undefined ? Array.from({ length: cutPoints }, (_, index) => index + 1) : [onlyCut];
    for (const cutAt of cuts) {
      const result = await runWithLongAbsence({ ...options, cutAt });
      expect(result.complaints, `CRASH_CUT=${cutAt} npx vitest run --project lanes tests/crash/long-absence`).toEqual(
        [],
      );
    }
  },
);
