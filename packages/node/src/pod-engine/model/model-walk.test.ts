import { expect, it } from 'vitest';
import { podChanges } from './model-changes.ts';
import { ModelWalk } from './model-walk.ts';

const walks = 120;
const steps = 150;

it('keeps its promises over random lives of random pods, with crashes, losses and changes at any step', () => {
  const broken: string[] = [];
  const kinds = new Set<string>();
  const happenings = new Set<string>();
  for (let seed = 1; seed <= walks && broken.length < 3; seed++) {
    const walk = new ModelWalk(seed);
    walk.run(steps);
    broken.push(...walk.complaints.slice(0, 1).map((complaint) => `seed ${seed}: ${complaint}`));
    for (const kind of walk.kinds) kinds.add(kind);
    for (const kind of walk.happenings) happenings.add(kind);
  }
  expect(broken).toEqual([]);
  expect([...kinds].sort()).toEqual([
    'create-container',
    'create-sandbox',
    'inspect-image',
    'prepare-pod',
    'probe',
    'pull-image',
    'release-pod',
    'remove-container',
    'remove-sandbox',
    'run-post-start',
    'run-pre-stop',
    'start-container',
    'stop-container',
    'stop-sandbox',
    'update-pod-resources',
    'update-resources',
  ]);
  expect([...happenings].sort()).toEqual(
    [
      'exit',
      'late completion',
      'lost container',
      'lost sandbox',
      'restart',
      'stop',
      'unknown container',
      ...Object.keys(podChanges),
    ].sort(),
  );
});
