#!/usr/bin/env node
import { tmpdir } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { nodeVersionProblem } from './command/node-version.ts';
import { ownPackage } from './command/own-package.ts';
import { runCommand } from './command/run-command.ts';
import { stopSignals } from './command/stop-signals.ts';
import { youngGeneration } from './command/young-generation.ts';
import { exitCodes } from './errors/exit-codes.ts';

const signals = stopSignals(process, () => {
  process.stderr.write('virtual-kubelet: a second signal came, so everything ends at once\n');
  process.exit(exitCodes.failure.code);
});

const { directory, neededNode } = await ownPackage();
const problem = nodeVersionProblem(process.versions.node, neededNode);
if (problem !== undefined) {
  process.stderr.write(`virtual-kubelet: ${problem}\n`);
  process.exit(exitCodes.failure.code);
}
const code = await runCommand({
  arguments: process.argv.slice(2),
  environment: process.env,
  runtimeArguments: process.execArgv,
  v8Version: process.versions.v8,
  setRuntimeFlag: setFlagsFromString,
  youngGeneration,
  workingDirectory: process.cwd(),
  ownDirectory: directory,
  temporaryDirectory: tmpdir(),
  output: outputOf(process.stdout),
  errors: outputOf(process.stderr),
  stop: signals.signal,
});
signals.close();

// Both outputs are written out first: what a pipe has not taken yet would be lost.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));

function outputOf(stream: NodeJS.WriteStream): { write(text: string): void; readonly isTerminal: boolean } {
  // A reader that has gone, such as `head`, is no reason to fail.
  stream.on('error', () => undefined);
  return { write: (text) => void stream.write(text), isTerminal: stream.isTTY };
}
