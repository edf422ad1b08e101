import { afterAll, describe, expect, it } from 'vitest';
import { breakers } from './broken/breakers.ts';
import { exitCodeAnnotation, modelDefinition } from './broken/model-provider.ts';
import type { ModelBackend } from './broken/model-provider.ts';
import type { ConformanceCase } from './conformance-case.ts';
import type { ConformanceOptions, PodTemplate } from './conformance-options.ts';
import type { ConformanceResult } from './conformance-result.ts';
import { conformanceCases, createConformanceSuite, runConformance } from './conformance-suite.ts';
import type { ConformanceSuite } from './conformance-suite.ts';
import { promises } from './promises.ts';

const spec: NonNullable<PodTemplate['spec']> = { containers: [{ name: 'app', image: 'app:1' }] };

const pods: NonNullable<ConformanceOptions<unknown, undefined>['pods']> = {
  running: { spec },
  finishing: { pod: { metadata: { annotations: { [exitCodeAnnotation]: '3' } }, spec }, exitCode: 3 },
  refused: { pod: { spec: { ...spec, hostNetwork: true } }, field: 'spec.hostNetwork' },
};

/** The suite for the right provider, or for one that breaks a rule. */
function suiteFor(broken?: string): ConformanceSuite {
  const backend: ModelBackend = { objects: [], listeners: new Set() };
  const right = modelDefinition(backend);
  const breaker = broken === undefined ? undefined : breakers[broken];
  const core = conformanceCases.find(({ name }) => name === broken)?.under === 'core';
  return createConformanceSuite({
    definition: breaker?.(right, backend) ?? right,
    pods,
    // The model does at once what it is going to do: nothing is worth waiting for, but the core takes real time.
    passTime: () => new Promise((resolve) => setImmediate(resolve)),
    patienceMilliseconds: core ? 1_500 : broken === undefined ? 20_000 : 500,
  });
}

async function resultOf(suite: ConformanceSuite, testCase: ConformanceCase): Promise<ConformanceResult> {
  const result = await suite.run(testCase);
  await suite.close();
  return result;
}

it('every case has a provider that breaks it, and every such provider a case', () => {
  expect(Object.keys(breakers).sort()).toEqual(conformanceCases.map(({ name }) => name).sort());
});

it('every case has a name of its own', () => {
  expect(new Set(conformanceCases.map(({ name }) => name)).size).toBe(conformanceCases.length);
});

describe('a right provider', () => {
  const suite = suiteFor();
  afterAll(() => suite.close());

  it.each(conformanceCases)('passes $name', async (testCase) => {
    const result = await suite.run(testCase);
    expect(result).toEqual({ ...result, outcome: 'passed' });
  });
});

describe('a provider that breaks a rule', () => {
  it.each(conformanceCases)('fails $name, by a sentence that names the promise and the rule', async (testCase) => {
    const result = await resultOf(suiteFor(testCase.name), testCase);
    expect(result.outcome).toBe('failed');
    const { promise, rule } = testCase;
    const sentence = `promise ${promise} (${promises[promise]}) is broken: ${rule}, but `;
    expect('message' in result ? result.message.slice(0, sentence.length) : '').toBe(sentence);
  });
});

describe('what a provider does not have', () => {
  const backend: ModelBackend = { objects: [], listeners: new Set() };
  const right = modelDefinition(backend);
  const few: typeof right = {
    ...right,
    retention: () => 'dies-with-process',
    create: async (context, connection) => {
      const all = await right.create(context, connection);
      return {
        createPod: (pod, call) => all.createPod(pod, call),
        updatePod: (pod, previous, call) => all.updatePod(pod, previous, call),
        deletePod: (ref, options, call) => all.deletePod(ref, options, call),
        getPod: (ref, call) => all.getPod(ref, call),
        getPods: (call) => all.getPods(call),
      };
    },
  };

  it('is reported by name, not passed in silence, and the rest is tested', async () => {
    const results = await runConformance({ definition: few, pods: { running: { spec } }, underCore: false });
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    const messages = Object.fromEntries(
      results.map((result) => [result.name, result.outcome === 'not-supported' ? result.message : result.outcome]),
    );
    expect(messages).toMatchObject({
      'create-is-idempotent': 'passed',
      'changes-are-notified': 'not supported: notifyPods',
      'pods-outlive-the-process': 'not supported: durable backend',
      'refuse-names-fields': 'not supported: refuse, pods.refused',
      'exit-codes-are-kept': 'not supported: pods.finishing',
      'runInContainer-of-an-unknown-pod': 'not supported: runInContainer',
    });
  });

  it('a config that the schema refuses is a failure that says where', async () => {
    const [first] = await runConformance({ definition: right, config: 'nonsense', underCore: false });
    expect(first).toMatchObject({ outcome: 'failed', message: expect.stringContaining('must be an object') as string });
  });
});
