import type { RuntimeContainer } from '@vk/node/pod-engine';
import { FakeClock } from '@vk/node/testing';
import { expect, it } from 'vitest';
import { RunningContainers } from './running-containers.ts';

type State = RuntimeContainer['state'];
type Answer = readonly Pick<RuntimeContainer, 'id' | 'state'>[];

const ref = { namespace: 'default', name: 'web', uid: 'uid-of-web' };
const a = { id: 'a', ref };
const b = { id: 'b', ref };
const onlyA = (state: State): Answer => [{ id: 'a', state }];

/** A runtime whose calls are answered by hand. */
function runtime(): { readonly running: RunningContainers; readonly calls: PromiseWithResolvers<Answer>[] } {
  const calls: PromiseWithResolvers<Answer>[] = [];
  const containers = (): Promise<Answer> => {
    const call = Promise.withResolvers<Answer>();
    calls.push(call);
    return call.promise;
  };
  return { running: new RunningContainers({ listing: { containers }, clock: new FakeClock() }), calls };
}

it('all who ask for a container at the same time share one call, and those who ask later get a new one', async () => {
  const { running, calls } = runtime();
  const asked = Array.from({ length: 500 }, () => running.isRunning(a));
  expect(calls).toHaveLength(1);
  calls[0]?.resolve(onlyA('running'));
  expect(new Set(await Promise.all(asked))).toEqual(new Set([true]));
  const later = running.isRunning(a);
  expect(calls).toHaveLength(2);
  calls[1]?.resolve(onlyA('exited'));
  expect(await later).toBe(false);
});

it('containers are asked for each by itself, and one that is not there does not run', async () => {
  const { running, calls } = runtime();
  const asked = [running.isRunning(a), running.isRunning(b)];
  for (const call of calls) call.resolve(onlyA('running'));
  expect(await Promise.all(asked)).toEqual([true, false]);
});

it('a call that fails does so for all who share it, and for nobody else', async () => {
  const { running, calls } = runtime();
  const asked = [1, 2].map(() => running.isRunning(a));
  const failure = new Error('the runtime is gone');
  calls[0]?.reject(failure);
  for (const { status } of await Promise.allSettled(asked)) expect(status).toBe('rejected');
  const later = running.isRunning(a);
  calls[1]?.resolve(onlyA('running'));
  expect(await later).toBe(true);
});
