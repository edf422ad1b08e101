import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDevCluster, type DevCluster } from '../cluster/dev-cluster.ts';
import { allCases, type Recording } from './all-cases.ts';
import type { Case } from './case.ts';
import { knownDifferences } from './known-differences.ts';
import { normaliseAnswer } from './normalise-answer.ts';
import { runCase, type Send } from './run-case.ts';
import { sendTo } from './send-with-node.ts';

const file = new URL('../__fixtures__/recorded-answers.json', import.meta.url);
const recording = JSON.parse(readFileSync(file, 'utf8')) as Recording;

/** The answers to a case, as they are recorded: a step that only prepares the next one has its status alone. */
async function answersOf(one: Case, namespace: string, send: Send): Promise<unknown[]> {
  const answers = await runCase(one, namespace, send);
  return answers.map((answer, step) =>
    one.steps[step]?.isSetup === true ? { status: answer.status } : normaliseAnswer(answer, namespace),
  );
}

describe(`the development cluster answers as ${recording.source} did`, () => {
  let cluster: DevCluster;
  let send: Send;

  beforeAll(async () => {
    cluster = await createDevCluster({ scheduler: false, nodeLifecycle: false });
    send = sendTo({ url: cluster.url, caCertificate: cluster.caCertificate, token: cluster.token });
  });
  afterAll(() => cluster.close());

  it('has a recording of every case', () => {
    expect(Object.keys(recording.cases).sort()).toEqual(allCases.map(({ name }) => name).sort());
  });

  it.each(allCases.map((one, index) => [one.name, one, `differential-${index}`] as const))(
    '%s',
    async (name, one, namespace) => {
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      const body = JSON.stringify({ metadata: { name: namespace } });
      await send({ method: 'POST', path: '/api/v1/namespaces', headers, body, events: undefined });
      const answers = await answersOf(one, namespace, send);
      const known = new Set(knownDifferences.filter((difference) => difference.case === name).map(({ step }) => step));
      const recorded = recording.cases[name] ?? [];
      const stale = answers.flatMap((answer, step) =>
        known.has(step) && isSame(answer, recorded[step]) ? [step] : [],
      );
      // What is known to differ is taken from the recording, so that a failure shows nothing else.
      const compared = answers.map((answer, step) => (known.has(step) ? recorded[step] : answer));
      expect(compared).toEqual(recorded);
      expect(stale, 'steps that are said to differ, and do not any more').toEqual([]);
    },
  );
});

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
