/** The conformance suite without a test runner. */
export type { BareCase, ConformanceCase, CoreCase, Requirement } from './conformance-case.ts';
export { ConformanceError } from './conformance-error.ts';
export type { ConformanceOptions, PodTemplate, PodTemplates } from './conformance-options.ts';
export type { ConformanceResult } from './conformance-result.ts';
export {
  conformanceCases,
  createConformanceSuite,
  runConformance,
  type ConformanceSuite,
} from './conformance-suite.ts';
export type { CoreHarness } from './core/core-harness.ts';
export type { BareHarness } from './harness/bare-harness.ts';
export type { Patience } from './harness/patience.ts';
export { apiPod, preparedPod, type PodIdentity } from './harness/prepare-pod.ts';
export type { Session, Subject } from './harness/session.ts';
export { createTestContext } from './harness/test-context.ts';
export { promises, type PromiseNumber } from './promises.ts';
