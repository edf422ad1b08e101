import { setTimeout as sleep } from 'node:timers/promises';
import type { Closable } from '@vk/node/provider';
import { bareCases } from './cases/index.ts';
import type { BareCase, ConformanceCase, CoreCase } from './conformance-case.ts';
import type { ConformanceOptions } from './conformance-options.ts';
import { failureSentence } from './conformance-result.ts';
import type { ConformanceResult } from './conformance-result.ts';
import { coreCases } from './core/core-cases.ts';
import { createCoreHarness } from './core/create-core-harness.ts';
import { startTestCluster } from './core/test-cluster.ts';
import type { TestCluster } from './core/test-cluster.ts';
import { createBareHarness, testNode } from './harness/bare-harness.ts';
import { createPatience } from './harness/patience.ts';
import { openSubject } from './harness/session.ts';
import { unmetRequirements } from './unmet-requirements.ts';

const defaultPatience = 30_000;

/** Every case, those under the core last. */
export const conformanceCases: readonly ConformanceCase[] = [...bareCases, ...coreCases];

/** The suite for one provider: its cases are run one by one, each on a fresh connection. */
export interface ConformanceSuite {
  readonly cases: readonly ConformanceCase[];
  run(testCase: ConformanceCase): Promise<ConformanceResult>;
  /** Ends the development cluster, if one was started. */
  close(): Promise<void>;
}

/** Prepares the suite. Nothing is started before the first case runs. */
export function createConformanceSuite<Config, Connection extends Partial<Closable> | undefined>(
  options: ConformanceOptions<Config, Connection>,
): ConformanceSuite {
  const { pods: templates = {}, patienceMilliseconds = defaultPatience, underCore = true } = options;
  const wait = async (milliseconds: number): Promise<void> => {
    await sleep(milliseconds);
  };
  const patience = createPatience({ passTime: options.passTime ?? wait, patienceMilliseconds });
  const corePatience = createPatience({ passTime: wait, patienceMilliseconds });
  let cluster: Promise<TestCluster> | undefined;

  async function unmet({ requires }: ConformanceCase): Promise<string[]> {
    const subject = await openSubject(options);
    const session = await subject.connect();
    const provider = await session.provider(testNode);
    const offer = { provider, retention: subject.retention, templates };
    const missing = unmetRequirements(requires, offer);
    await session.close();
    return missing;
  }

  async function runBare(testCase: BareCase): Promise<void> {
    const subject = await openSubject(options);
    const harness = await createBareHarness({ subject, session: await subject.connect(), templates, patience });
    try {
      await testCase.run(harness);
    } finally {
      await harness.close();
    }
  }

  async function runUnderCore(testCase: CoreCase): Promise<void> {
    cluster ??= startTestCluster();
    const harness = await createCoreHarness(options, await cluster, corePatience);
    try {
      await testCase.run(harness);
    } finally {
      await harness.close();
    }
  }

  return {
    cases: underCore ? conformanceCases : bareCases,

    async run(testCase) {
      const { name, promise, rule, under } = testCase;
      const about = { name, promise, rule, under };
      try {
        await options.reset?.();
        if (testCase.requires.length > 0) {
          const missing = await unmet(testCase);
          if (missing.length > 0)
            return { ...about, outcome: 'not-supported', message: `not supported: ${missing.join(', ')}` };
        }
        if (testCase.under === 'bare') await runBare(testCase);
        else await runUnderCore(testCase);
        return { ...about, outcome: 'passed' };
      } catch (error) {
        return { ...about, outcome: 'failed', message: failureSentence(testCase, error), error };
      }
    },

    async close() {
      const started = await cluster;
      cluster = undefined;
      await started?.close();
    },
  };
}

/** Runs the whole suite, without a test runner, and gives every result. */
export async function runConformance<Config, Connection extends Partial<Closable> | undefined>(
  options: ConformanceOptions<Config, Connection>,
): Promise<ConformanceResult[]> {
  const suite = createConformanceSuite(options);
  const results: ConformanceResult[] = [];
  try {
    for (const testCase of suite.cases) results.push(await suite.run(testCase));
  } finally {
    await suite.close();
  }
  return results;
}
