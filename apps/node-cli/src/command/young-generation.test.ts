import { expect, it } from 'vitest';
import { youngGeneration } from './young-generation.ts';

it('has a size', () => {
  expect(youngGeneration.size()).toBeGreaterThan(0);
});

it('tells of collections until it is asked for no more', async () => {
  let told = 0;
  const stop = youngGeneration.onCollected(() => told++);
  await collected();
  expect(told).toBeGreaterThan(0);
  stop();
  const before = told;
  await collected();
  expect(told).toBe(before);
});

/** Makes garbage until some of it has been collected. */
async function collected(): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = youngGeneration.onCollected(() => {
      clearInterval(littering);
      stop();
      resolve();
    });
    const littering = setInterval(() => JSON.parse(`[${'{"a":[1,2,3]},'.repeat(20_000)}0]`) as unknown);
  });
}
