import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Reporter, TestCase } from 'vitest/node';
import { repositoryRoot } from '../repository/root.ts';
import type { SkippedTest } from './skipped-tests.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What `tests/left-out.ts` puts on a test, or on a suite for all of its tests. */
    leftOut?: string;
  }
}

/** Writes down which tests were skipped and what was said about it: the JSON report has the first and not the second. */
export default class SkipReporter implements Reporter {
  readonly #skipped: SkippedTest[] = [];

  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    if (result.state === 'skipped') {
      const file = relative(repositoryRoot, test.module.moduleId);
      this.#skipped.push({ name: test.fullName, file, note: result.note ?? test.meta().leftOut ?? '' });
    }
  }

  onTestRunEnd(): void {
    writeFileSync(join(repositoryRoot, `.reports/skipped-${process.pid}.json`), JSON.stringify(this.#skipped));
  }
}
