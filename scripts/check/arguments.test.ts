import { expect, test } from 'vitest';
import { chooseSteps } from './arguments.ts';
import type { Step } from './step.ts';

const step = (name: string): Step => ({ name, holds: '', commands: [] });
const all = [step('build'), step('lint'), step('test')];

test('without --only every step runs', () => {
  expect(chooseSteps(all, [])).toEqual(all);
});

test('--only keeps the named steps in their own order', () => {
  expect(chooseSteps(all, ['--only', 'test,lint']).map(({ name }) => name)).toEqual(['lint', 'test']);
});

test('a step that does not exist is named, with those that do', () => {
  expect(() => chooseSteps(all, ['--only', 'lnit'])).toThrow('No step is called lnit. There are: build, lint, test.');
});
