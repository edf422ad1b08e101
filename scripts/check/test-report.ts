/** Of Vitest's JSON report, what is counted here. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The tests of one file. */
export interface TestFile extends Counts {
  /** From the root of the repository. */
  readonly path: string;
}

/** A file that failed before any of its tests could fail (a bad import, a hook) counts as one failed test. */
export const testFilesOf = (report: TestReport, root: string): TestFile[] =>
  report.testResults.map(({ name, status, assertionResults }) => {
    const passed = assertionResults.filter((test) => test.status === 'passed').length;
    const failed = assertionResults.filter((test) => test.status === 'failed').length;
    return {
      path: name.startsWith(`${root}/`) ? name.slice(root.length + 1) : name,
      passed,
      failed: status === 'failed' ? Math.max(failed, 1) : failed,
      skipped: assertionResults.length - passed - failed,
    };
  });

export const addCounts = (all: readonly Counts[]): Counts => ({
  passed: all.reduce((sum, counts) => sum + counts.passed, 0),
  failed: all.reduce((sum, counts) => sum + counts.failed, 0),
  skipped: all.reduce((sum, counts) => sum + counts.skipped, 0),
});
