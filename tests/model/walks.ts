import { expect, test } from 'vitest';
import { reportLane } from '../lane-report.ts';
import { replayNumber } from '../rig/replay.ts';
import { walk, type WalkResult } from './random-walk.ts';

const stepsPerWalk = replayNumber('MODEL_STEPS') ?? 120;
const onlySeed = replayNumber('MODEL_SEED');
const walks = replayNumber('MODEL_WALKS') ?? 32;

/** The shortest beginning of a walk that breaks a promise by itself, of those that are tried. */
async function shortened(seed: number, failed: WalkResult): Promise<{ count: number; result: WalkResult }> {
  for (let count = 5; count < stepsPerWalk; count = Math.ceil(count * 1.3)) {
    const result = await walk(seed, count);
    if (result.complaints.length > 0) return { count, result };
  }
  return { count: stepsPerWalk, result: failed };
}

/** Random walks over all that can happen, from seeds that are printed and can be walked again. */
export function testWalks({ firstSeed }: { readonly firstSeed: number }): void {
  const seeds = onlySeed === undefined ? Array.from({ length: walks }, (_, index) => firstSeed + index) : [onlySeed];

  test(`Promises 1 to 3 hold on random walks from seed ${firstSeed}`, { timeout: 120_000 }, async () => {
    for (const seed of seeds) {
      const result = await walk(seed, stepsPerWalk);
      if (result.complaints.length === 0) continue;
      const { count, result: short } = await shortened(seed, result);
      const replay = `MODEL_SEED=${seed} MODEL_STEPS=${count} npx vitest run --project lanes tests/model`;
      expect(short.complaints, [`again by: ${replay}`, ...short.steps].join('\n  ')).toEqual([]);
    }
    reportLane({
      lane: 'crash and fault',
      ran: true,
      part: `walks from ${firstSeed}`,
      detail: `${seeds.length * stepsPerWalk} random steps, seeds ${seeds[0]} to ${seeds.at(-1)}`,
    });
  });
}
