import { describe, expect, it } from 'vitest';
import type { Pod } from '../../provider/wire.ts';
import { samplePod } from '../../testing/sample-pod.ts';
import { podsToPreempt } from './pods-to-preempt.ts';

type Quality = 'BestEffort' | 'Burstable' | 'Guaranteed';

const critical = samplePod({ name: 'critical', spec: { priority: 2_000_000_000 } });

function pod(name: string, qosClass: Quality, requests: Readonly<Record<string, string>>, priority?: number): Pod {
  return samplePod({
    name,
    spec: {
      containers: [{ name: 'app', image: 'a', resources: { requests } }],
      ...(priority !== undefined && { priority }),
    },
    status: { phase: 'Running', qosClass },
  });
}

function victims(
  others: readonly Pod[],
  needs: Readonly<Record<string, number>>,
  by: Pod = critical,
): string[] | string {
  const found = podsToPreempt(by, others, new Map(Object.entries(needs).map(([name, n]) => [name, BigInt(n)])));
  if ('lacking' in found) return [...found.lacking].map(([name, amount]) => `${name} ${amount}`).join(' ');
  return found.victims.map(({ metadata }) => metadata?.name ?? '').sort();
}

describe('the pods that make room for a critical one', () => {
  const bestEffort = pod('besteffort', 'BestEffort', {});
  const burstable = pod('burstable', 'Burstable', { cpu: '500m', memory: '100' });
  const guaranteed = pod('guaranteed', 'Guaranteed', { cpu: '1', memory: '200' });
  const all = [guaranteed, burstable, bestEffort];

  it.each<[string, Readonly<Record<string, number>>, string[]]>([
    ['are burstable where that is enough', { cpu: 500 }, ['burstable']],
    ['are guaranteed where burstable ones are not enough, and then alone if they do', { cpu: 501 }, ['guaranteed']],
    ['are of both classes where neither does alone', { cpu: 1_001 }, ['burstable', 'guaranteed']],
    ['are best-effort for a place among the pods', { pods: 1 }, ['besteffort']],
    ['meet all needs together', { pods: 2, memory: 100 }, ['besteffort', 'burstable']],
    ['are nobody where nothing is lacking', {}, []],
  ])('%s', (_what, needs, expected) => {
    expect(victims(all, needs)).toEqual(expected);
  });

  it('are none where all together would not do, and what is lacking is told', () => {
    expect(victims(all, { cpu: 2_000, memory: 300, pods: 4 })).toBe('cpu 500 pods 1');
  });

  it('are few: one that gives all that is lacking before several that give a part', () => {
    const others = [1, 2, 3].map((n) => pod(`small-${n}`, 'Burstable', { cpu: '400m' }));
    expect(victims([...others, pod('large', 'Burstable', { cpu: '1200m' })], { cpu: 1_000 })).toEqual(['large']);
  });

  it('are the smallest of those that do, by memory before CPU', () => {
    const of = (name: string, memory: string, cpu: string): Pod => pod(name, 'Burstable', { memory, cpu });
    const others = [of('much-memory', '2Gi', '1'), of('much-cpu', '1Gi', '3'), of('little', '1Gi', '2')];
    expect(victims(others, { cpu: 1_000 })).toEqual(['little']);
  });

  it('weigh a resource by what is lacking of it, whatever its unit', () => {
    const others = [
      pod('memory', 'Burstable', { memory: '1000' }),
      pod('both', 'Burstable', { cpu: '90m', memory: '90' }),
    ];
    expect(victims(others, { cpu: 90, memory: 90 })).toEqual(['both']);
  });

  it('are of the class that their requests and limits make, while the API says none', () => {
    const unsaid = samplePod({ name: 'unsaid', status: { phase: 'Running' } });
    expect(victims([unsaid, burstable], { pods: 1 })).toEqual(['unsaid']);
  });

  it('are no critical ones, unless these have a lower priority', () => {
    const cluster = pod('cluster', 'Burstable', { cpu: '1' }, 2_000_000_000);
    expect(victims([cluster], { cpu: 500 })).toBe('cpu 500');
    const node = samplePod({ name: 'node', spec: { priority: 2_000_001_000 } });
    expect(victims([cluster], { cpu: 500 }, node)).toEqual(['cluster']);
  });
});
