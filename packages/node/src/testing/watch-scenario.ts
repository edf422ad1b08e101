import { KubeError } from '../kube/kube-error.ts';
import { type KubeObject, pods } from '../kube/resource.ts';
import { watchObjects, type WatchOptions } from '../kube/watch.ts';
import type { WatchEvent } from '../kube/watch-event.ts';
import type { WatchProblem } from '../kube/watch-recovery.ts';
import { FakeClock } from './fake-clock.ts';
import { type FakeAnswer, FakeKubeClient } from './fake-kube-client.ts';

/** A pod with as little as a watch looks at. */
export function watchedPod(name: string, resourceVersion: string, more: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', resourceVersion, uid: `uid-${name}`, ...more },
  };
}

/** The object of a BOOKMARK, as kube-apiserver sends it: nothing but a resourceVersion in the shape of a pod. */
export function bookmark(resourceVersion: string, annotations?: Record<string, string>): object {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { resourceVersion, creationTimestamp: null, annotations },
    spec: { containers: null },
  };
}

/** The bookmark at the end of a streamed list. */
export function endOfList(resourceVersion: string): object {
  return bookmark(resourceVersion, { 'k8s.io/initial-events-end': 'true' });
}

/** What a client throws when the API server refuses. */
export function refusal(code: number, reason: string, more: object = {}): KubeError {
  return new KubeError({ code, status: { kind: 'Status', code, reason, message: reason, ...more } });
}

/** A watch of pods on a client that the test answers for, read as fast as it brings something. */
export interface WatchScenario {
  readonly clock: FakeClock;
  readonly client: FakeKubeClient;
  readonly problems: WatchProblem[];
  readonly objects: KubeObject[];
  /** What was seen since the last call, in a few words each. */
  readonly news: () => Promise<string[]>;
  readonly stop: () => Promise<void>;
}

/** Starts a watch without jitter. */
export function startWatch(answer: FakeAnswer, options: Partial<WatchOptions<KubeObject>> = {}): WatchScenario {
  const clock = new FakeClock();
  const client = new FakeKubeClient(answer);
  const controller = new AbortController();
  const problems: WatchProblem[] = [];
  const seen: string[] = [];
  const objects: KubeObject[] = [];
  const onProblem = (problem: WatchProblem): void => {
    problems.push(problem);
  };
  const watch = watchObjects<KubeObject>(
    { client, clock, type: pods, onProblem, random: () => 0, ...options },
    controller.signal,
  );
  const running = (async () => {
    for await (const event of watch) {
      seen.push(inWords(event));
      if ('object' in event) objects.push(event.object);
    }
  })();
  return {
    clock,
    client,
    problems,
    objects,
    async news() {
      await clock.advance(0);
      return seen.splice(0);
    },
    async stop() {
      controller.abort(new Error('stopped'));
      await running;
    },
  };
}

function inWords(event: WatchEvent<KubeObject>): string {
  switch (event.type) {
    case 'init':
      return 'init';
    case 'init-done':
      return `init-done at ${event.resourceVersion}`;
    case 'init-apply':
    case 'apply':
    case 'delete':
      return `${event.type} ${event.object.metadata?.name}@${event.object.metadata?.resourceVersion}`;
  }
}
