/** One thing that `npm run check` does. Steps are data (`steps.ts`): each is a list of commands, run in order until one fails. */
export interface Step {
  readonly name: string;
  /** What holds when it passes, in a few words. */
  readonly holds: string;
  readonly commands: readonly (readonly [program: string, ...parameters: string[]])[];
  /** Its output is worth reading while it runs. */
  readonly live?: boolean;
  /** Nothing after it makes sense when it fails. */
  readonly needed?: boolean;
  /** Vitest's JSON report, from the root: the tests in it are counted one by one. */
  readonly testReport?: string;
}

export interface StepResult {
  readonly step: Step;
  readonly outcome: 'passed' | 'failed' | 'not run';
  readonly seconds: number;
}
