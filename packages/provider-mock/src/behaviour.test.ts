import type { Pod } from '@vk/node/provider';
import { describe, expect, it } from 'vitest';
import { readBehaviour } from './behaviour.ts';
import { annotationPrefix, behaviourNames, behaviourTable } from './behaviour-table.ts';

function podWith(annotations: Record<string, string>): Pod {
  const prefixed = Object.entries(annotations).map(([key, value]) => [annotationPrefix + key, value]);
  return {
    metadata: { annotations: { ...Object.fromEntries(prefixed), 'other.example.com/run-time': 'whatever' } },
    spec: { containers: [{ name: 'app' }, { name: 'log' }] },
  };
}

describe('the behaviour of a pod', () => {
  it.each(behaviourNames)('%s takes the example of its own documentation', (name) => {
    expect(behaviourTable[name].read(behaviourTable[name].example)).toBeDefined();
    expect(readBehaviour(podWith({ [name]: behaviourTable[name].example }), {}).errors).toEqual([]);
  });

  it.each([
    ['run-time', 'ten seconds', /"ten seconds" is not duration/u],
    ['exit-code', '256', /is not a whole number from 0 to 255/u],
    ['exit-code.web', '1', /the pod has no container "web"/u],
    ['start-delay.app', '1s', /start-delay is for the whole pod/u],
    ['hang', 'createPod,getNode', /is not a comma-separated list/u],
    ['stdout-rate', '0', /is not lines per second/u],
    ['run-tiem', '1s', /there is no such behaviour; known are start-delay/u],
  ])('refuses %s: %s, naming the annotation', (key, value, message) => {
    const { errors } = readBehaviour(podWith({ [key]: value }), {});
    expect(errors).toEqual([
      { field: `metadata.annotations[${annotationPrefix}${key}]`, message: expect.stringMatching(message) as string },
    ]);
  });

  it('what is said for a container wins over what is said for all, and an annotation over a default', () => {
    const behaviour = readBehaviour(podWith({ 'exit-code': '1', 'exit-code.log': '2', oom: 'true' }), {
      'exit-code': '7',
      'exit-code.app': '8',
      'run-time': '1s',
    });
    expect(behaviour.of('exit-code', 'app')).toBe(1);
    expect(behaviour.of('exit-code', 'log')).toBe(2);
    expect(behaviour.of('oom', 'app')).toBe(true);
    expect(behaviour.of('run-time', 'app')).toEqual({ minimum: 1_000, maximum: 1_000 });
    expect(behaviour.of('start-delay')).toBeUndefined();
  });
});
