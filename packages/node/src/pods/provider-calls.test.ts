import { describe, expect, it } from 'vitest';
import { silentLogger, type Logger } from '../provider/logger.ts';
import type { CallContext } from '../provider/call-context.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { CallAbandonedError, CallTimeoutError } from './call-errors.ts';
import type { RunningCall } from './pod-record.ts';
import { ProviderCalls, type ProviderCall } from './provider-calls.ts';

const ref = { namespace: 'default', name: 'web', uid: 'u' };

function setUp(observe?: <T>(call: ProviderCall, proceed: () => Promise<T>) => Promise<T>) {
  const clock = new FakeClock();
  const warnings: string[] = [];
  const log: Logger = { ...silentLogger, warn: (message) => void warnings.push(message), with: () => log };
  const calls = new ProviderCalls({
    clock,
    log,
    timeoutMilliseconds: 1_000,
    patienceMilliseconds: 500,
    ...(observe !== undefined && { observe }),
  });
  return { clock, calls, warnings, signal: new AbortController().signal };
}

/** Rejects with the reason when the signal is aborted, as a provider should. */
function obedient(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** What the call fails with; listens at once, so that the failure is never unheard. */
function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('ProviderCalls', () => {
  it('gives the answer and the error of the provider as they are, also one that is thrown before any promise', async () => {
    const { calls, clock, signal } = setUp();
    await expect(calls.run({ method: 'getPods' }, { signal }, async () => 7)).resolves.toBe(7);
    const error = new Error('no');
    const throwing = (): Promise<never> => {
      throw error;
    };
    await expect(calls.run({ method: 'getPods' }, { signal }, throwing)).rejects.toBe(error);
    expect(clock.pending).toBe(0);
  });

  it('begins a subscription at once, without a deadline, and shows it as one that lasts', async () => {
    const seen: ProviderCall[] = [];
    const { calls, clock, signal } = setUp((call, proceed) => {
      seen.push(call);
      return proceed();
    });
    const over = Promise.withResolvers<string>();
    let begun: CallContext | undefined;
    const subscription = calls.subscribe({ method: 'notifyPods' }, signal, (context) => {
      begun = context;
      return over.promise;
    });
    expect(begun).toMatchObject({ signal });
    expect(begun?.deadline).toBeUndefined();
    expect(clock.pending).toBe(0);
    over.resolve('ended');
    await expect(subscription).resolves.toBe('ended');
    expect(seen).toEqual([{ method: 'notifyPods', lasts: true }]);
  });

  it('tells the provider its deadline, and aborts it then', async () => {
    const { calls, clock, signal } = setUp();
    let deadline: number | undefined;
    const call = calls.run({ method: 'createPod', ref }, { signal }, (context) => {
      deadline = context.deadline;
      return obedient(context.signal);
    });
    const outcome = failureOf(call);
    expect(deadline).toBeUndefined();
    await clock.advance(1_000);
    expect(await outcome).toBeInstanceOf(CallTimeoutError);
    expect(deadline).toBe(Date.UTC(2026, 0, 1) + 1_000);
    expect(clock.pending).toBe(0);
  });

  it('waits for a deaf provider only for a while, and drops its late answer with a word in the log', async () => {
    const { calls, clock, signal, warnings } = setUp();
    const late = Promise.withResolvers<string>();
    const outcome = failureOf(calls.run({ method: 'createPod', ref }, { signal }, () => late.promise));
    await clock.advance(1_499);
    await clock.advance(1);
    expect(await outcome).toBeInstanceOf(CallAbandonedError);
    expect(warnings).toEqual([]);
    late.resolve('at last');
    await clock.advance(0);
    expect(warnings).toEqual(['A provider call that was given up has ended']);
    expect(clock.pending).toBe(0);
  });

  it('lets a late failure of a deaf provider be no unhandled rejection', async () => {
    const { calls, clock, signal, warnings } = setUp();
    const late = Promise.withResolvers<string>();
    const outcome = failureOf(calls.run({ method: 'getPods' }, { signal }, () => late.promise));
    await clock.advance(1_500);
    expect(await outcome).toBeInstanceOf(CallAbandonedError);
    late.reject(new Error('too late'));
    await clock.advance(0);
    expect(warnings).toHaveLength(1);
  });

  it('lets somebody else abort the call for a reason of theirs, while it runs', async () => {
    const { calls, clock, signal } = setUp();
    const tracked: (RunningCall | undefined)[] = [];
    const call = calls.run(
      { method: 'createPod', ref },
      { signal, track: (running) => tracked.push(running) },
      (context) => obedient(context.signal),
    );
    await clock.advance(0);
    const reason = new Error('deleted');
    tracked[0]?.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(tracked).toEqual([expect.objectContaining({ method: 'createPod' }), undefined]);
  });

  it('does not reach the provider when it is aborted in the moment in which it is made', async () => {
    const { calls, signal } = setUp();
    let began = false;
    const reason = new Error('deleted');
    const call = calls.run(
      { method: 'createPod', ref },
      { signal, track: (running) => running?.abort(reason) },
      async () => {
        began = true;
      },
    );
    await expect(call).rejects.toBe(reason);
    expect(began).toBe(false);
  });

  it('passes on the end of the process, and begins nothing after it', async () => {
    const { calls, clock } = setUp();
    const stop = new AbortController();
    const call = calls.run({ method: 'getPods' }, { signal: stop.signal }, (context) => obedient(context.signal));
    await clock.advance(0);
    const reason = new Error('stop');
    stop.abort(reason);
    await expect(call).rejects.toBe(reason);
    let began = false;
    const after = calls.run({ method: 'getPods' }, { signal: stop.signal }, async () => {
      began = true;
    });
    await expect(after).rejects.toBe(reason);
    expect(began).toBe(false);
  });

  it('shows every call to the observer, which may cut it', async () => {
    const seen: string[] = [];
    const { calls, signal } = setUp((call, proceed) => {
      seen.push(call.method);
      return call.method === 'deletePod' ? Promise.reject(new Error('cut')) : proceed();
    });
    await expect(calls.run({ method: 'getPods' }, { signal }, async () => 1)).resolves.toBe(1);
    await expect(calls.run({ method: 'deletePod', ref }, { signal }, async () => 1)).rejects.toThrow('cut');
    expect(seen).toEqual(['getPods', 'deletePod']);
  });

  it('gives a subscription no deadline', () => {
    const { calls, signal } = setUp();
    expect(calls.subscription({ method: 'notifyPods' }, signal)).not.toHaveProperty('deadline');
  });
});
