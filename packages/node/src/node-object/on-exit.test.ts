import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeNodeApi } from '../testing/fake-node-api.ts';
import { OnExitForbiddenError } from './node-errors.ts';
import { checkOnExit, leaveNode, onExitModes, type OnExit } from './on-exit.ts';

const { signal } = new AbortController();

async function leave(onExit: OnExit): Promise<FakeNodeApi> {
  const api = new FakeNodeApi();
  const node = api.put({ metadata: { name: 'vk' }, status: { conditions: [{ type: 'Ready', status: 'True' }] } });
  api.putLease({ metadata: { name: 'vk' } });
  await leaveNode({ onExit, uid: node.metadata?.uid, api, clock: new FakeClock() }, signal);
  return api;
}

describe('leaveNode', () => {
  it('does nothing by default, as a kubelet that restarts', async () => {
    expect((await leave('leave')).calls).toEqual([]);
  });

  it('turns Ready False at once when asked to', async () => {
    const { node } = await leave('not-ready');
    expect(node?.status?.conditions).toMatchObject([{ type: 'Ready', status: 'False', reason: 'NodeShutdown' }]);
  });

  it('cordons', async () => {
    expect((await leave('cordon')).node?.spec?.unschedulable).toBe(true);
  });

  it('deletes the Node and its Lease, and no other Node of that name', async () => {
    const api = await leave('delete');
    expect([api.node, api.lease]).toEqual([undefined, undefined]);
    const other = new FakeNodeApi();
    other.put({ metadata: { name: 'vk', uid: 'theirs' } });
    await leaveNode({ onExit: 'delete', uid: 'ours', api: other, clock: new FakeClock() }, signal);
    expect(other.node?.metadata?.uid).toBe('theirs');
  });
});

describe('checkOnExit', () => {
  it('asks only for what needs a right, and refuses at the start what would fail at the end', async () => {
    const asked = async (onExit: OnExit, allowed: boolean | undefined): Promise<string[]> => {
      const api = new FakeNodeApi();
      api.allowed = allowed;
      await checkOnExit('vk', onExit, api, signal);
      return api.calls;
    };
    const questions = await Promise.all(onExitModes.map((mode) => asked(mode, true)));
    expect(questions).toEqual([[], [], ['may I patch'], ['may I delete']]);
    await expect(asked('delete', false)).rejects.toBeInstanceOf(OnExitForbiddenError);
    await expect(asked('delete', undefined)).resolves.toEqual(['may I delete']);
  });
});
