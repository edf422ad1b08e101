import { cpus, totalmem } from 'node:os';
import { expect, it } from 'vitest';
import { readHostFacts } from './host-facts.ts';

it('a host is told as its kernel shows it', async () => {
  const facts = await readHostFacts('amd64');
  expect(facts).toMatchObject({ architecture: 'amd64', cpus: cpus().length, memoryBytes: BigInt(totalmem()) });
  expect(facts.osImage).not.toContain('"');
  expect(facts.kernelVersion).toMatch(/^\d+\./u);
  for (const { bytes, totalBytes } of facts.hugePages) expect(totalBytes % bytes).toBe(0n);
});
