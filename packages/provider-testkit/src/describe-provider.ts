import type { Closable } from '@vk/node/provider';
import { afterAll, describe, expect, it } from 'vitest';
import { ConformanceError } from './conformance-error.ts';
import type { ConformanceOptions } from './conformance-options.ts';
import { createConformanceSuite } from './conformance-suite.ts';

/** A case waits for a backend several times over. */
const testTimeout = 300_000;

/**
 * Declares a Vitest suite with one test for each rule of the provider contract: against the bare provider and, unless
 * `underCore` is false, under the real core on a development cluster. A rule that needs what the provider does not have is
 * reported as skipped, with what it lacks.
 */
export function describeProvider<Config, Connection extends Partial<Closable> | undefined>(
  options: ConformanceOptions<Config, Connection>,
): void {
  const suite = createConformanceSuite(options);
  for (const under of ['bare', 'core'] as const) {
    const cases = suite.cases.filter((testCase) => testCase.under === under);
    if (cases.length === 0) continue;
    describe(`the provider ${options.definition.name}, ${under === 'bare' ? 'by itself' : 'under the core'}`, () => {
      for (const testCase of cases) {
        it(`${testCase.name}: ${testCase.rule}`, { timeout: testTimeout }, async (context) => {
          const result = await suite.run(testCase);
          if (result.outcome === 'not-supported') context.skip(result.message);
          if (result.outcome === 'failed') throw new ConformanceError(result.message, { cause: result.error });
          expect(result.outcome).toBe('passed');
        });
      }
    });
  }
  afterAll(() => suite.close());
}
