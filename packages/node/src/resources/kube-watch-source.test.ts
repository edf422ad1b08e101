import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubeClient, KubeRequest } from '../kube/client.ts';
import { configMaps } from '../kube/resource.ts';
import type { WatchEvent } from '../kube/watch-event.ts';
import type { ConfigMap } from '../provider/wire.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { refusal } from '../testing/scripted-kube-client.ts';
import { kubeWatchSource } from './kube-watch-source.ts';

const bookmark = {
  type: 'BOOKMARK',
  object: { metadata: { resourceVersion: '5', annotations: { 'k8s.io/initial-events-end': 'true' } } },
};

describe('the watch source of the API server', () => {
  let clock: FakeClock;
  let controller: AbortController;
  let streams: KubeRequest[];
  let answer: (request: KubeRequest) => AsyncIterable<Uint8Array>;
  let events: WatchEvent<ConfigMap>[];
  let reading: Promise<void>;

  beforeEach(() => {
    clock = new FakeClock();
    controller = new AbortController();
    streams = [];
    events = [];
  });

  afterEach(async () => {
    controller.abort();
    await Promise.allSettled([reading]);
  });

  const client: KubeClient = {
    request: () => Promise.reject(new Error('not to be asked')),
    stream: async (request) => {
      streams.push(request);
      return answer(request);
    },
    close: () => Promise.resolve(),
  };

  async function read(): Promise<void> {
    const source = kubeWatchSource({ client, clock, type: configMaps, random: () => 0 });
    for await (const event of source({ namespace: 'shop', name: 'settings' }, controller.signal)) events.push(event);
  }

  /** Sends the lines, then ends, or stays open until the request is aborted. */
  async function* lines(
    request: KubeRequest,
    objects: readonly unknown[],
    after: 'end' | 'stay',
  ): AsyncGenerator<Uint8Array> {
    yield Buffer.from(objects.map((object) => `${JSON.stringify(object)}\n`).join(''));
    if (after === 'stay')
      await new Promise((_resolve, reject) =>
        request.signal.addEventListener('abort', () => reject(request.signal.reason), { once: true }),
      );
  }

  it('asks for the one object by name', async () => {
    const object = { metadata: { name: 'settings', resourceVersion: '4', managedFields: [{ manager: 'kubectl' }] } };
    answer = (request) => lines(request, [{ type: 'ADDED', object }, bookmark], 'stay');
    reading = read();
    await clock.advance(0);
    expect(streams[0]).toMatchObject({
      path: '/api/v1/namespaces/shop/configmaps',
      query: { fieldSelector: 'metadata.name=settings', watch: true },
    });
    expect(events.map(({ type }) => type)).toEqual(['init', 'init-apply', 'init-done']);
    expect(JSON.stringify(events)).not.toContain('kubectl');
  });

  it('throws what a list fails with, and leaves the next try to its reader', async () => {
    answer = () => {
      throw refusal(403, 'Forbidden');
    };
    reading = read();
    await expect(reading).rejects.toMatchObject({ code: 403 });
    expect(streams).toHaveLength(1);
  });

  it('goes on by itself once the list is there', async () => {
    let opened = 0;
    answer = (request) => {
      opened += 1;
      if (opened === 2) throw new Error('reset');
      return opened === 1 ? lines(request, [bookmark], 'end') : lines(request, [], 'stay');
    };
    reading = read();
    await clock.advance(60_000);
    expect(streams).toHaveLength(3);
    expect(streams[2]?.query).toMatchObject({ resourceVersion: '5' });
    expect(events.map(({ type }) => type)).toEqual(['init', 'init-done']);
  });

  it('ends with its reader and leaves no timer', async () => {
    answer = (request) => lines(request, [bookmark], 'stay');
    reading = read();
    await clock.advance(0);
    controller.abort();
    await reading;
    expect(clock.pending).toBe(0);
  });

  it('does not begin for a reader who has left', async () => {
    controller.abort(new Error('gone'));
    reading = read();
    await expect(reading).rejects.toThrow('gone');
    expect(streams).toHaveLength(0);
  });
});
