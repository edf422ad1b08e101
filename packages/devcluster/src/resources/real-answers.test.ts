import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../control-loop/testing/manual-clock.ts';
import { create, testRegistry } from '../control-loop/testing/test-registry.ts';
import type { KubeObject } from '../registry/definition.ts';
import { ApiError } from '../status/api-error.ts';

interface RecordedCase {
  name: string;
  plural: string;
  body: { metadata: { name: string; namespace?: string } };
  status: number;
  answer: Record<string, unknown>;
}

const recorded = JSON.parse(readFileSync(new URL('__fixtures__/create-answers.json', import.meta.url), 'utf8')) as {
  server: string;
  cases: RecordedCase[];
};

/** What differs from one request to the next, or from one clock to another. */
function comparable(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replaceAll(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-xxxxx')
    .replaceAll(/"lastTransitionTime":"[^"]*"/g, '"lastTransitionTime":"<now>"')
    .replaceAll(/"lastPhaseTransitionTime":"[^"]*"/g, '"lastPhaseTransitionTime":"<now>"')
    .replaceAll(/"nodePort":3\d{4}/g, '"nodePort":"<some>"');
  const copy = JSON.parse(text) as Record<string, unknown> & { metadata?: Record<string, unknown> };
  for (const field of ['uid', 'resourceVersion', 'creationTimestamp']) delete copy.metadata?.[field];
  return copy;
}

/** The server walks maps in random order, so that causes that stem from one map come in any order. */
function comparableError(value: unknown): unknown {
  const { message, details, ...rest } = value as { message: string; details?: { causes?: object[] } };
  const causes = (details?.causes ?? []).map((cause) => JSON.stringify(cause)).sort();
  return { ...rest, details: { ...details, causes }, message: causes.length > 1 ? message.length : message };
}

function answer({ plural, body }: RecordedCase): { status: number; answer: unknown } {
  const registry = testRegistry(manualClock());
  const namespaced = registry.definitions.get(plural)?.namespaced === true;
  const metadata = namespaced ? { namespace: 'default', ...body.metadata } : body.metadata;
  try {
    const object: KubeObject = create(registry, plural, { ...body, metadata }, { dryRun: true });
    return { status: 201, answer: object };
  } catch (error) {
    if (error instanceof ApiError) return { status: error.code, answer: error.status };
    throw error;
  }
}

/** Refused before the object is looked at as such: by the reading of the request. */
const readBeforehand = new Set(['pod: wrongns', 'node ns']);
const cases = recorded.cases.filter(({ name }) => !readBeforehand.has(name));

describe(`an object that is created is answered as ${recorded.server} answers it`, () => {
  it.each(cases.filter(({ status }) => status < 400))('$name: accepted, with every default', (recordedCase) => {
    const own = answer(recordedCase);
    expect(own.status).toBe(recordedCase.status);
    expect(comparable(own.answer)).toEqual(comparable(recordedCase.answer));
  });

  it.each(cases.filter(({ status }) => status >= 400))(
    '$name: refused, with $status and the same words',
    (recordedCase) => {
      const own = answer(recordedCase);
      expect(own.status).toBe(recordedCase.status);
      expect(comparableError(comparable(own.answer))).toEqual(comparableError(comparable(recordedCase.answer)));
    },
  );
});
