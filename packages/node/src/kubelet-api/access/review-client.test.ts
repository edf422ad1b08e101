import { beforeEach, describe, expect, it } from 'vitest';
import { KubeConnectionError } from '../../kube/kube-connection-error.ts';
import { silentLogger } from '../../provider/logger.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { refusal, ScriptedKubeClient } from '../../testing/scripted-kube-client.ts';
import { subjectAccessReview } from './node-authorizer.ts';
import { ReviewClient, type ReviewClientOptions } from './review-client.ts';
import { ReviewQueueFullError } from './review-queue-full-error.ts';

let clock: FakeClock;
let client: ScriptedKubeClient;
const never = new AbortController().signal;

beforeEach(() => {
  clock = new FakeClock();
  client = new ScriptedKubeClient();
  client.answer = () => ({ status: { allowed: true } });
});

function reviews(options: Partial<ReviewClientOptions> = {}): (key: string, signal?: AbortSignal) => Promise<unknown> {
  const made = new ReviewClient({ client, clock, log: silentLogger, random: () => 0, ...options });
  return (key, signal = never) => made.review(key, subjectAccessReview, { user: key }, signal);
}

/** Answers that a test gives when it likes. */
function held(): { readonly begun: () => number; readonly answer: () => void } {
  const waiting: (() => void)[] = [];
  let begun = 0;
  client.answer = async () => {
    begun++;
    await new Promise<void>((resolve) => waiting.push(resolve));
    return { status: { allowed: true } };
  };
  return { begun: () => begun, answer: () => waiting.splice(0).forEach((resolve) => resolve()) };
}

describe('reviews', () => {
  it('that are the same share one request while it is under way, and are asked anew after it', async () => {
    const { begun, answer } = held();
    const review = reviews();
    const all = Promise.all([review('a'), review('a'), review('a'), review('b')]);
    await clock.advance(0);
    expect(begun()).toBe(2);
    answer();
    await all;
    const again = review('a');
    await clock.advance(0);
    expect(begun()).toBe(3);
    answer();
    await again;
  });

  it('go on for the others when one who waited for them is gone', async () => {
    const { answer } = held();
    const review = reviews();
    const gone = new AbortController();
    const first = review('a', gone.signal);
    const second = review('a');
    await clock.advance(0);
    gone.abort(new Error('the client is gone'));
    await expect(first).rejects.toThrow('the client is gone');
    answer();
    await expect(second).resolves.toEqual({ allowed: true });
  });

  it('are not begun for one who is gone already', async () => {
    await expect(reviews()('a', AbortSignal.abort(new Error('the client is gone')))).rejects.toThrow(
      'the client is gone',
    );
    expect(client.requests).toEqual([]);
  });

  it('are few at a time: the others wait for their turn, and are refused when too many do', async () => {
    const { begun, answer } = held();
    const review = reviews({ concurrency: 2, waiting: 3 });
    const taken = ['a', 'b', 'c'].map((key) => review(key));
    await expect(review('d')).rejects.toBeInstanceOf(ReviewQueueFullError);
    // One that is under way already costs nothing more.
    const shared = review('a');
    await clock.advance(0);
    expect(begun()).toBe(2);
    answer();
    await clock.advance(0);
    expect(begun()).toBe(3);
    answer();
    await Promise.all([...taken, shared]);
  });

  it.each([
    ['too many requests', refusal(429, 'TooManyRequests')],
    ['an error of the server', refusal(500, 'InternalError')],
    ['a server that is starting', refusal(503, 'ServiceUnavailable')],
    ['a connection that was reset', new KubeConnectionError({ message: 'reset', code: 'ECONNRESET' })],
  ])('are tried three times over %s', async (_what, error) => {
    let failures = 2;
    client.answer = () => {
      if (failures-- > 0) throw error;
      return { status: { allowed: true } };
    };
    const answered = reviews()('a');
    await clock.advance(2_000);
    await expect(answered).resolves.toEqual({ allowed: true });
    expect(client.requests).toHaveLength(3);
    failures = 3;
    const failed = reviews()('a');
    failed.catch(() => undefined);
    await clock.advance(2_000);
    await expect(failed).rejects.toBe(error);
  });

  it.each([
    ['a refusal', refusal(403, 'Forbidden')],
    ['a server that is not there', new KubeConnectionError({ message: 'refused', code: 'ECONNREFUSED' })],
  ])('are tried once over %s', async (_what, error) => {
    client.answer = () => {
      throw error;
    };
    await expect(reviews()('a')).rejects.toBe(error);
    expect(client.requests).toHaveLength(1);
  });

  it('without a status in the answer are no reviews', async () => {
    client.answer = () => ({ kind: 'SubjectAccessReview' });
    await expect(reviews()('a')).rejects.toThrow('the answer to a SubjectAccessReview has no status');
  });

  it('leave no timer behind', async () => {
    await reviews()('a');
    expect(clock.pending).toBe(0);
  });
});
