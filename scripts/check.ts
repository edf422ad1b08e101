/**
 * Everything that has to hold before a change is done, in one go: `npm run check`, or some steps of it with
 * `npm run check -- --only lint,layout`. The last line is `N passed, N failed, N skipped`; any failure ends it with 1.
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseSteps } from './check/arguments.ts';
import { laneOf, laneResults, type LaneDefinition, type LaneReport } from './check/lanes.ts';
import { runSteps } from './check/run-steps.ts';
import type { SkippedTest } from './check/skipped-tests.ts';
import { steps } from './check/steps.ts';
import { closingLine, summaryText, totalOf } from './check/summary.ts';
import { testFilesOf, type TestFile, type TestReport } from './check/test-report.ts';
import { repositoryRoot } from './repository/root.ts';

const reports = join(repositoryRoot, '.reports');
const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const chosen = chooseSteps(steps, process.argv.slice(2));
const results = await runSteps(chosen, {
  directory: repositoryRoot,
  print: (text) => void process.stdout.write(text),
});

const tests = new Map<string, TestFile[]>();
for (const { name, testReport } of chosen) {
  const path = testReport === undefined ? undefined : join(repositoryRoot, testReport);
  if (path !== undefined && existsSync(path)) {
    tests.set(name, testFilesOf(readJson(path) as TestReport, repositoryRoot));
  }
}
const said = globSync(join(reports, 'lanes', '*.json')).map((path) => readJson(path) as LaneReport);
const lanes = readJson(join(import.meta.dirname, 'check', 'lanes.json')) as LaneDefinition[];
const skipped = globSync(join(reports, 'skipped-*.json')).flatMap((path) => readJson(path) as SkippedTest[]);
const ranTests = chosen.some((step) => step.testReport !== undefined);

const total = totalOf(results, tests);
const laneOutcomes = ranTests ? laneResults(lanes, [...tests.values()].flat(), said) : [];
console.log(summaryText(results, laneOutcomes, skipped, (file) => laneOf(lanes, file)));
writeFileSync(join(reports, 'result.txt'), `${closingLine(total)}\n`);
console.log(closingLine(total));
process.exitCode = results.every(({ outcome }) => outcome === 'passed') && total.failed === 0 ? 0 : 1;
