import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { failure, ScriptedApiServer, ScriptedStream } from '../testing/scripted-api-server.ts';
import { createKubeClient } from './create-kube-client.ts';
import { createCredentials } from './credentials.ts';
import { type KubeObject, pods } from './resource.ts';
import { watchObjects } from './watch.ts';
import type { WatchProblem } from './watch-recovery.ts';

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const pod = (name: string, resourceVersion: string): object => ({ metadata: { name, resourceVersion } });
const endOfList = { metadata: { resourceVersion: '5', annotations: { 'k8s.io/initial-events-end': 'true' } } };

/** A watch of a server whose answers to the watch requests are these, one after the other. */
async function setUp(...answers: (ScriptedStream | 'expired')[]) {
  const server = await ScriptedApiServer.start({
    handler: () => {
      const next = answers.shift() ?? new ScriptedStream();
      return next === 'expired' ? failure(410, 'Expired') : { kind: 'stream', stream: next };
    },
  });
  ends.push(() => server.stop());
  const clock = new FakeClock();
  const cluster = { server: server.url, credentials: createCredentials({}), source: 'test' };
  const client = createKubeClient({ cluster, clock, userAgent: 'test/1' });
  ends.push(() => client.close());
  const controller = new AbortController();
  const problems: WatchProblem[] = [];
  let tell: () => void = () => undefined;
  const onProblem = (problem: WatchProblem): void => {
    problems.push(problem);
    tell();
  };
  /** Resolves when there have been this many problems. */
  const problem = async (count: number): Promise<void> => {
    while (problems.length < count) await new Promise<void>((resolve) => (tell = resolve));
  };
  const watch = watchObjects<KubeObject>({ client, clock, type: pods, random: () => 0, onProblem }, controller.signal);
  ends.push(async () => {
    controller.abort();
    await watch.return();
  });
  const next = async (): Promise<string> => {
    const { value } = await watch.next();
    return value === undefined
      ? 'end'
      : 'object' in value
        ? `${value.type} ${value.object.metadata?.name}`
        : value.type;
  };
  const from = (): (string | null)[] => server.requests.map(({ query }) => query.get('resourceVersion'));
  return { clock, next, from, problems, problem, controller };
}

describe('a watch over a real connection', () => {
  it('goes on from where it was when the connection is cut within a line', async () => {
    const first = new ScriptedStream();
    const second = new ScriptedStream();
    first.send('BOOKMARK', endOfList);
    first.send('ADDED', pod('größe', '6'));
    second.send('ADDED', pod('b', '7'));
    const { next, from, clock, problems, problem } = await setUp(first, second);
    expect([await next(), await next(), await next()]).toEqual(['init', 'init-done', 'apply größe']);
    first.write('{"type":"ADDED","object":{"metadata":{"na');
    first.reset();
    const following = next();
    await problem(1);
    expect(problems).toMatchObject([{ error: { code: 'ECONNRESET' }, relist: false }]);
    await clock.advance(800);
    expect(await following).toBe('apply b');
    expect(from()).toEqual([null, '6']);
  });

  it('takes a connection for dead that is silent for two minutes, and closes it', async () => {
    const silent = new ScriptedStream();
    const second = new ScriptedStream();
    silent.send('BOOKMARK', endOfList);
    second.send('ADDED', pod('b', '7'));
    const { next, from, clock, problems, problem } = await setUp(silent, second);
    expect([await next(), await next()]).toEqual(['init', 'init-done']);
    const following = next();
    await clock.whenPending();
    await clock.advance(120_000);
    await expect(silent.closed).resolves.toBeUndefined();
    await problem(1);
    await clock.advance(800);
    expect(await following).toBe('apply b');
    expect(problems).toMatchObject([{ error: { code: 'STALLED' } }]);
    expect(from()).toEqual([null, '5']);
  });

  it('lists again after 410, whether it is the answer or an event', async () => {
    const first = new ScriptedStream();
    const third = new ScriptedStream();
    first.send('BOOKMARK', endOfList);
    first.send('ADDED', pod('a', '6'));
    first.end();
    third.send('BOOKMARK', endOfList);
    third.send('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
    const { next, clock, from, problem } = await setUp(first, 'expired', third);
    expect([await next(), await next(), await next()]).toEqual(['init', 'init-done', 'apply a']);
    const afterAnswer = next();
    await problem(1);
    await clock.advance(800);
    expect([await afterAnswer, await next()]).toEqual(['init', 'init-done']);
    const afterEvent = next();
    await problem(2);
    await clock.advance(1_600);
    expect(await afterEvent).toBe('init');
    expect(from()).toEqual([null, '6', null]);
  });

  it('ends with the abort and leaves no connection', async () => {
    const stream = new ScriptedStream();
    stream.send('BOOKMARK', endOfList);
    const { next, controller, clock } = await setUp(stream);
    expect([await next(), await next()]).toEqual(['init', 'init-done']);
    const following = next();
    controller.abort();
    expect(await following).toBe('end');
    await expect(stream.closed).resolves.toBeUndefined();
    expect(clock.pending).toBe(0);
  });
});
