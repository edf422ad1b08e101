import type { Pod } from '@vk/node/provider';
import { describe, expect, it } from 'vitest';
import { describeNode, describePod, LifeLines } from './life-lines.ts';

function pod(status: Pod['status'], metadata: Pod['metadata'] = {}): Pod {
  return {
    metadata: { namespace: 'default', name: 'web', ...metadata },
    spec: { containers: [{ name: 'main', image: 'nginx' }] },
    ...(status !== undefined && { status }),
  };
}

const running = pod({
  phase: 'Running',
  podIP: '10.0.0.9',
  containerStatuses: [
    { name: 'main', ready: true, image: '', imageID: '', restartCount: 0, state: { running: { startedAt: 'now' } } },
  ],
});

describe('LifeLines', () => {
  it('writes one line per change that a reader can see', () => {
    const lines = new LifeLines();
    expect(lines.pod({ type: 'apply', object: pod({ phase: 'Pending' }) })).toBe('pod default/web: Pending');
    expect(lines.pod({ type: 'apply', object: pod({ phase: 'Pending' }, { labels: { a: 'b' } }) })).toBeUndefined();
    expect(lines.pod({ type: 'apply', object: running })).toBe('pod default/web: Running, 1/1 ready, 10.0.0.9');
    expect(lines.pod({ type: 'delete', object: running })).toBe('pod default/web: gone');
  });

  it('begins again with an object of the same name', () => {
    const lines = new LifeLines();
    lines.pod({ type: 'apply', object: running });
    lines.pod({ type: 'delete', object: running });
    expect(lines.pod({ type: 'apply', object: running })).toBe('pod default/web: Running, 1/1 ready, 10.0.0.9');
  });
});

describe('describePod', () => {
  it('names the reason of a pod that waits', () => {
    const container = { name: 'main', ready: false, image: '', imageID: '', restartCount: 0 };
    const waiting = { ...container, state: { waiting: { reason: 'ContainerCreating' } } };
    expect(describePod(pod({ phase: 'Pending', containerStatuses: [waiting] }))).toBe('Pending, ContainerCreating');
    expect(describePod(pod({ phase: 'Pending', reason: 'ProviderFailed' }))).toBe('Pending, ProviderFailed');
  });

  it('says why a pod has no node', () => {
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes fit' }];
    expect(describePod(pod({ phase: 'Pending', conditions }))).toBe('Pending, Unschedulable: 0/1 nodes fit');
  });

  it('names the exit codes of a pod that has ended', () => {
    const ended = {
      name: 'main',
      ready: false,
      image: '',
      imageID: '',
      restartCount: 0,
      state: { terminated: { exitCode: 3 } },
    };
    expect(describePod(pod({ phase: 'Failed', containerStatuses: [ended] }))).toBe('Failed, main exited with 3');
  });

  it('says that a pod is being deleted', () => {
    const leaving = { ...running, metadata: { ...running.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    expect(describePod(leaving)).toBe('Running, 1/1 ready, 10.0.0.9, being deleted');
  });
});

describe('describeNode', () => {
  it('says why a node is not ready', () => {
    const conditions = [{ type: 'Ready', status: 'False', reason: 'PingFailed', message: 'no answer' }];
    expect(describeNode({ status: { conditions } })).toBe('NotReady (PingFailed: no answer)');
    expect(describeNode({})).toBe('NotReady');
  });

  it('says that a node takes no new pods', () => {
    expect(
      describeNode({ spec: { unschedulable: true }, status: { conditions: [{ type: 'Ready', status: 'True' }] } }),
    ).toBe('Ready, cordoned');
  });
});
