import { eventLoopTurn } from '../bytes/event-loop-turn.ts';
import { LoopJump } from './control-flow.ts';
import { expandWord } from './expand-word.ts';
import { expansionOf } from './expansion-of.ts';
import type { Shell } from './shell.ts';
import type { ShellRun } from './shell-run.ts';
import type { CompoundCommand, Script } from './syntax.ts';

/** Runs what consists of other commands: groups, choices and loops. */
export async function runCompoundCommand(shell: Shell, command: CompoundCommand, run: ShellRun): Promise<number> {
  switch (command.kind) {
    case 'subshell':
    case 'group':
      return shell.runScript(command.body, run);
    case 'if':
      for (const { condition, body } of command.branches) {
        if ((await shell.runScript(condition, { ...run, tested: true })) === 0) return shell.runScript(body, run);
      }
      return command.otherwise === undefined ? 0 : shell.runScript(command.otherwise, run);
    case 'for': {
      const words = command.words ?? [[{ kind: 'variable', name: '@', quoted: true } as const]];
      const values: string[] = [];
      for (const word of words) values.push(...(await expandWord(word, expansionOf(shell, run))));
      return runLoop(shell, command.body, run, async () => {
        const value = values.shift();
        if (value !== undefined) shell.variables.set(command.name, value);
        return value !== undefined;
      });
    }
    case 'while':
    case 'until':
      return runLoop(shell, command.body, run, async () => {
        const status = await shell.runScript(command.condition, { ...run, tested: true });
        return (status === 0) === (command.kind === 'while');
      });
  }
}

async function runLoop(shell: Shell, body: Script, run: ShellRun, proceed: () => Promise<boolean>): Promise<number> {
  let status = 0;
  while (await proceed()) {
    await eventLoopTurn();
    run.signal.throwIfAborted();
    try {
      status = await shell.runScript(body, run);
    } catch (error) {
      if (!(error instanceof LoopJump)) throw error;
      if (error.levels > 1) throw new LoopJump(error.kind, error.levels - 1);
      if (error.kind === 'break') break;
    }
  }
  return status;
}
