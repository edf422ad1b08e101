import { expect, it } from 'vitest';
import { ModelWalk } from './model-walk.ts';

const walks = 300;
const steps = 150;

it('keeps its promises over random lives of random pods, with crashes at any step', () => {
  const broken: string[] = [];
  const kinds = new Set<string>();
  for (let seed = 1; seed <= walks && broken.length < 3; seed++) {
    const walk = new ModelWalk(seed);
    walk.run(steps);
    broken.push(...walk.complaints.slice(0, 1).map((complaint) => `seed ${seed}: ${complaint}`));
    for (const kind of walk.kinds) kinds.add(kind);
  }
  expect(broken).toEqual([]);
  // Every step but one: nothing changes resources here.
  expect([...kinds].sort()).toEqual([
    'create-container',
    'create-sandbox',
    'inspect-image',
    'prepare-pod',
    'probe',
    'pull-image',
    'release-pod',
    'remove-container',
    'run-post-start',
    'run-pre-stop',
    'start-container',
    'stop-container',
    'stop-sandbox',
  ]);
});
