import { expect, it } from 'vitest';
import { watchObjects } from '../kube/watch.ts';
import { pods } from '../kube/resource.ts';
import { podHash } from '../pods/pod-hash.ts';
import { defineProvider } from '../provider/define-provider.ts';
import { podRefOf } from '../provider/pod-ref.ts';
import { FakeBackend, runningStatus } from '../testing/fake-backend.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { MemoryApi } from '../testing/memory-api.ts';
import { samplePod } from '../testing/sample-pod.ts';
import { createNodes } from './create-nodes.ts';

const podCount = 10_000;
/** A turn as it is seen from outside may hold the end of one and the beginning of the next. */
const mostPerTurn = 200;

/** Calls back in each turn of the event loop until `until` says that it is enough. */
async function eachTurn(look: () => void, until: () => boolean): Promise<void> {
  while (!until()) {
    await new Promise((resolve) => setImmediate(resolve));
    look();
  }
}

/** The API and the backend as a process finds them that is started again. */
function setUp() {
  const api = new MemoryApi();
  const backend = new FakeBackend();
  for (let index = 0; index < podCount; index++) {
    const pod = samplePod({ name: `pod-${index}` });
    const ref = podRefOf(pod);
    const [status, ownership] = [runningStatus(pod), { clusterId: 'cluster', nodeName: 'n', ...ref }];
    backend.pods.set(ref.uid, { ref, ownership, appliedHash: podHash(pod), status });
    api.put(`/api/v1/namespaces/default/pods/${ref.name}`, { ...pod, status } as object);
  }
  return { api, backend };
}

it('a list of ten thousand pods is handed on over many turns of the event loop, streamed or in pages', async () => {
  const { api } = setUp();
  for (const watchList of [true, false]) {
    const stop = new AbortController();
    let handedOn = 0;
    let isListed = false;
    const options = { client: api.client, clock: new FakeClock(), type: pods, onProblem: () => undefined, watchList };
    const reading = (async () => {
      for await (const { type } of watchObjects(options, stop.signal)) {
        if (type === 'init-apply') handedOn++;
        isListed ||= type === 'init-done';
      }
    })();
    let [before, most] = [0, 0];
    await eachTurn(
      () => {
        most = Math.max(most, handedOn - before);
        before = handedOn;
      },
      () => isListed,
    );
    stop.abort(new Error('the test is over'));
    await reading;
    expect(handedOn).toBe(podCount);
    expect(most).toBeLessThanOrEqual(mostPerTurn);
  }
});

it('a restart on ten thousand pods takes them in and works on them over many turns of the event loop', async () => {
  const { api, backend } = setUp();
  const clock = new FakeClock();
  const provider = defineProvider({
    name: 'large',
    configSchema: { '~standard': { version: 1, vendor: 'tests', validate: (value) => ({ value }) } },
    injected: {
      'kube-api-access': 'omit',
      serviceLinks: 'omit',
      dnsPolicy: 'deliver',
      terminationMessage: 'deliver',
      defaultTolerations: 'deliver',
    },
    create: () => backend.provider({ notifies: true }),
  });
  const nodes = createNodes({ names: ['n'], client: api.client, provider, clock, random: () => 0 });
  const stop = new AbortController();
  const ended = nodes.run(stop.signal);
  let before = { pods: 0, queued: 0 };
  let [taken, worked, turns] = [0, 0, 0];
  await eachTurn(
    () => {
      const now = nodes.status()[0] ?? before;
      taken = Math.max(taken, now.pods - before.pods);
      worked = Math.max(worked, before.queued - now.queued);
      turns++;
      before = now;
    },
    () => before.pods === podCount && before.queued === 0,
  );
  expect(taken).toBeLessThanOrEqual(mostPerTurn);
  expect(worked).toBeLessThanOrEqual(mostPerTurn);
  // To take them in, to hear of them from the backend, to work on them.
  expect(turns).toBeGreaterThanOrEqual((3 * podCount) / mostPerTurn);
  expect(backend.calls).toEqual([]);
  stop.abort(new Error('the test is over'));
  await clock.advance(30_000);
  await ended;
});
