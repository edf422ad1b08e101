import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { Pod } from '../../provider/wire.ts';
import { sampleNode } from '../testing/sample-node.ts';
import { startApi, type StartedApi } from '../testing/start-api.ts';

const count = 10_000;
let stop: (() => Promise<void>) | undefined;
afterEach(async () => {
  await stop?.();
  stop = undefined;
});

/** A node with many pods, which tells how many of them are written down. */
async function start(annotation: string): Promise<StartedApi & { written: () => number }> {
  let written = 0;
  const pods = Array.from({ length: count }, (_, index): Pod => {
    const pod = {
      metadata: { namespace: 'default', name: `web-${index}`, uid: `uid-${index}`, annotations: { annotation } },
      spec: { containers: [{ name: 'app', image: 'app:1' }] },
    };
    // Its own, so that it is still there in a copy.
    return Object.assign(pod, {
      toJSON: () => {
        written += 1;
        return pod.metadata;
      },
    });
  });
  const byName = new Map(pods.map((pod) => [pod.metadata?.name, pod]));
  const getPods = async (): Promise<{ ref: { namespace: string; name: string; uid: string }; status: object }[]> =>
    pods.map((_, index) => ({
      ref: { namespace: 'default', name: `web-${index}`, uid: `uid-${index}` },
      status: { phase: 'Running' },
    }));
  const node = {
    ...sampleNode({ pods, provider: { getPods } }),
    findPod: (_: string, name: string) => byName.get(name),
  };
  const api = await startApi({ node });
  stop = api.stop;
  return { ...api, written: () => written };
}

test.each(['/pods', '/runningpods/'])(
  '%s of ten thousand pods is written in parts, between which everything else goes on',
  async (path) => {
    const { get, written } = await start('small');
    const request = { isOver: false };
    const answer = get(path).finally(() => (request.isOver = true));
    let most = 0;
    for (let before = 0; !request.isOver; before = written()) {
      await setImmediate();
      most = Math.max(most, written() - before);
    }
    const { items } = JSON.parse((await answer).body) as { items: unknown[] };
    expect(items).toHaveLength(count);
    // Two at most: the order of what is due in one turn is not ours.
    expect(most).toBeLessThanOrEqual(200);
  },
);

test('a client that does not read is written no more than what is on the way', async () => {
  const { open, written } = await start('x'.repeat(10_000));
  const response = await open('/pods');
  response.pause();
  for (let turn = 0; turn < 2_000; turn += 1) await setImmediate();
  expect(written()).toBeLessThan(count / 2);
  response.destroy();
});
