import { type CommandResult, runCommand } from './run-command.ts';
import type { Step, StepResult } from './step.ts';

export interface RunStepsOptions {
  readonly directory: string;
  readonly print: (text: string) => void;
  readonly run?: typeof runCommand;
  /** Milliseconds from some fixed moment. */
  readonly now?: () => number;
}

const indent = (text: string): string => text.trimEnd().replaceAll(/^(?=.)/gm, '    ');

const runStep = async (step: Step, options: RunStepsOptions): Promise<CommandResult> => {
  const run = options.run ?? runCommand;
  const outputs: string[] = [];
  for (const command of step.commands) {
    const result = await run(command, { directory: options.directory, live: step.live === true });
    outputs.push(result.output);
    if (!result.ok) return { ok: false, output: outputs.join('') };
  }
  return { ok: true, output: outputs.join('') };
};

/** Runs the steps one after the other. A failed one prints what it said; only a needed one keeps the rest from running. */
export const runSteps = async (steps: readonly Step[], options: RunStepsOptions): Promise<StepResult[]> => {
  const now = options.now ?? (() => performance.now());
  const results: StepResult[] = [];
  let stopped = false;
  for (const step of steps) {
    if (stopped) {
      results.push({ step, outcome: 'not run', seconds: 0 });
      continue;
    }
    options.print(step.live === true ? `${step.name}: ${step.holds}\n` : `${step.name.padEnd(9)} `);
    const started = now();
    const { ok, output } = await runStep(step, options);
    const seconds = (now() - started) / 1000;
    const ending = `${ok ? 'passed' : 'FAILED'} ${seconds.toFixed(1)} s\n`;
    options.print(step.live === true ? `${step.name.padEnd(9)} ${ending}` : ending);
    if (!ok && output !== '') options.print(`${indent(output)}\n`);
    results.push({ step, outcome: ok ? 'passed' : 'failed', seconds });
    stopped = !ok && step.needed === true;
  }
  return results;
};
