import { expect, test } from 'vitest';
import type { CommandResult } from './run-command.ts';
import { runSteps } from './run-steps.ts';
import type { Step } from './step.ts';

const step = (name: string, more: Partial<Step> = {}): Step => ({
  name,
  holds: 'it holds',
  commands: [[name]],
  ...more,
});

const runWith = async (steps: readonly Step[], failing: readonly string[]) => {
  const printed: string[] = [];
  const ran: string[] = [];
  const results = await runSteps(steps, {
    directory: '/',
    print: (text) => void printed.push(text),
    run: ([program]): Promise<CommandResult> => {
      ran.push(program);
      return Promise.resolve({ ok: !failing.includes(program), output: `${program} said this\n` });
    },
    now: () => 0,
  });
  return { printed: printed.join(''), ran, outcomes: results.map(({ outcome }) => outcome) };
};

test('a failed step does not keep the next one from running', async () => {
  const { outcomes } = await runWith([step('lint'), step('test')], ['lint']);
  expect(outcomes).toEqual(['failed', 'passed']);
});

test('nothing runs after a failed step that the rest needs', async () => {
  const { outcomes, ran } = await runWith([step('build', { needed: true }), step('test')], ['build']);
  expect(outcomes).toEqual(['failed', 'not run']);
  expect(ran).toEqual(['build']);
});

test('the commands of a step stop at the first that fails', async () => {
  const { ran } = await runWith([step('docs', { commands: [['links'], ['site']] })], ['links']);
  expect(ran).toEqual(['links']);
});

test('only a failed step prints what it said', async () => {
  const { printed } = await runWith([step('lint'), step('knip')], ['knip']);
  expect(printed).toBe('lint      passed 0.0 s\nknip      FAILED 0.0 s\n    knip said this\n');
});
