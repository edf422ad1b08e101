import { describe, expect, it } from 'vitest';
import { mockConfigSchema, settingsOf } from './config.ts';

function problems(config: unknown): string[] {
  const result = mockConfigSchema.safeParse(config);
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the config of the mock', () => {
  it('may be empty: a node has 20 cores, 100Gi of memory and room for 500 pods', () => {
    expect(settingsOf(mockConfigSchema.parse(undefined), 'any')).toEqual({
      cpu: '20',
      memory: '100Gi',
      pods: '500',
      others: {},
      notify: true,
      behaviour: {},
      pingFailures: [],
    });
  });

  it('a section of a node wins over what holds for all', () => {
    const config = mockConfigSchema.parse({
      cpu: 4,
      behaviour: { 'run-time': '1s' },
      nodes: { b: { cpu: '8', notify: false } },
    });
    expect(settingsOf(config, 'a')).toMatchObject({ cpu: '4', notify: true });
    expect(settingsOf(config, 'b')).toMatchObject({ cpu: '8', notify: false, behaviour: { 'run-time': '1s' } });
  });

  it("takes the Go project's JSON config, keyed by node name", () => {
    const config = mockConfigSchema.parse({
      'vk-a': { cpu: '2', memory: '32Gi', pods: '128', others: { 'nvidia.com/gpu': '1' }, providerID: 'mock://vk-a' },
      'vk-b': { cpu: '4' },
    });
    expect(settingsOf(config, 'vk-a')).toMatchObject({
      cpu: '2',
      memory: '32Gi',
      pods: '128',
      others: { 'nvidia.com/gpu': '1' },
      providerID: 'mock://vk-a',
    });
    expect(settingsOf(config, 'vk-b')).toMatchObject({ cpu: '4', memory: '100Gi' });
    expect(settingsOf(config, 'vk-c')).toMatchObject({ cpu: '20' });
  });

  it.each([
    [{ cpu: 'many' }, 'cpu: must be a Kubernetes quantity, for example 4, 500m or 32Gi'],
    [{ nodes: { a: { memory: '1GB' } } }, 'nodes.a.memory: must be a Kubernetes quantity, for example 4, 500m or 32Gi'],
    [{ behaviour: { 'exit-code': 300 } }, 'behaviour.exit-code: "300" is not a whole number from 0 to 255'],
    [{ pingFailures: [{ after: 'soon' }] }, 'pingFailures.0.after: must be a duration, for example 10s or 1m30s'],
    [
      { engine: true, stateFile: 'pods.jsonl' },
      'stateFile: must not be given in engine mode: its containers are in memory and end with the process',
    ],
    [
      { engine: true, behaviour: { 'lost-after': '1s' } },
      'behaviour.lost-after: lost-after is not possible in engine mode: the pod engine decides it',
    ],
    [
      { engine: true, nodes: { a: { behaviour: { 'delete-delay': 'never' } } } },
      'nodes.a.behaviour.delete-delay: delete-delay never is not possible in engine mode: the pod engine decides it',
    ],
    [{ behaviour: { 'main-process': 'command' } }, 'behaviour.main-process: commands are run in engine mode only'],
    [{ colour: 'blue' }, ': Unrecognized key: "colour"'],
  ])('%j is refused with the key', (config, message) => {
    expect(problems(config)).toEqual([message]);
  });
});
