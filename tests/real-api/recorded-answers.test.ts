import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnswerError } from '../cluster/cluster-client.ts';
import { findControlPlane } from '../cluster/find-binaries.ts';
import { startRealCluster, type RealCluster } from '../cluster/start-real-cluster.ts';
import { reportRealApi } from './report-real-api.ts';

const binaries = findControlPlane();
const runs = 'found' in binaries;
reportRealApi('recorded answers', [binaries]);

interface RecordedCase {
  readonly name: string;
  readonly plural: string;
  readonly body: { readonly apiVersion?: string };
  readonly status: number;
  readonly answer: object;
}

/** What the development cluster is held to; see its own tests. */
const file = new URL('../../packages/devcluster/src/resources/__fixtures__/create-answers.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly server: string;
  readonly cases: readonly RecordedCase[];
};

const clusterScoped = new Set(['nodes', 'namespaces', 'persistentvolumes', 'runtimeclasses']);

function collectionOf({ plural, body: { apiVersion = 'v1' } }: RecordedCase): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${clusterScoped.has(plural) ? '' : '/namespaces/default'}/${plural}`;
}

/** Without what differs from one request to the next, from one clock to another, and with causes in any order. */
function comparable(value: object): object {
  const text = JSON.stringify(value)
    .replaceAll(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-xxxxx')
    .replaceAll(/"last(Phase)?TransitionTime":"[^"]*"/g, '"lastTransitionTime":"<now>"')
    .replaceAll(/"nodePort":3\d{4}/g, '"nodePort":"<some>"')
    .replaceAll(/"10\.\d+\.\d+\.\d+"/g, '"<address>"');
  const copy = JSON.parse(text) as {
    message?: string;
    metadata?: Record<string, unknown>;
    details?: { causes?: object[] };
  };
  for (const field of ['uid', 'resourceVersion', 'creationTimestamp', 'managedFields']) delete copy.metadata?.[field];
  const causes = copy.details?.causes ?? [];
  if (causes.length < 2) return copy;
  const sorted = causes.toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  return { ...copy, message: copy.message?.length, details: { ...copy.details, causes: sorted } };
}

describe.skipIf(!runs)(`the answers recorded of ${recorded.server}`, () => {
  let cluster: RealCluster | undefined;
  beforeAll(async () => {
    // They were recorded without a scheduler and controllers, which would change objects.
    if ('found' in binaries)
      cluster = await startRealCluster({ etcd: binaries.found.etcd, apiServer: binaries.found.apiServer });
  });
  afterAll(async () => {
    await cluster?.close();
  });

  it.each(recorded.cases)('are those of the API server at hand: $name', async (recordedCase) => {
    const answer = async (): Promise<{ status: number; answer: object }> => {
      try {
        const path = `${collectionOf(recordedCase)}?dryRun=All`;
        return { status: 201, answer: (await cluster?.client.json<object>('POST', path, recordedCase.body)) ?? {} };
      } catch (error) {
        if (!(error instanceof AnswerError)) throw error;
        return { status: error.code, answer: JSON.parse(error.body) as object };
      }
    };
    const now = await answer();
    expect(now.status).toBe(recordedCase.status);
    expect(comparable(now.answer)).toEqual(comparable(recordedCase.answer));
  });
});
