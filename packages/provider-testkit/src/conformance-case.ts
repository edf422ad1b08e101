import type { CapabilityName } from '@vk/node/provider';
import type { CoreHarness } from './core/core-harness.ts';
import type { BareHarness } from './harness/bare-harness.ts';
import type { PromiseNumber } from './promises.ts';

/**
 * What a case cannot do without: a capability or optional method of the provider, a template among the options' `pods`, or
 * a backend whose pods outlive the process.
 */
export type Requirement =
  | CapabilityName
  | 'removePod'
  | 'getPodStatus'
  | 'refuse'
  | 'durable backend'
  | 'pods.finishing'
  | 'pods.refused';

interface CaseText {
  /** Short and stable, for example `create-is-idempotent`. */
  readonly name: string;
  readonly promise: PromiseNumber;
  /** What holds for every provider, as a sentence without a full stop. */
  readonly rule: string;
  readonly requires: readonly Requirement[];
}

/** A case against the provider alone. */
export interface BareCase extends CaseText {
  readonly under: 'bare';
  run(harness: BareHarness): Promise<void>;
}

/** A case against the provider under the real core, on the development cluster. */
export interface CoreCase extends CaseText {
  readonly under: 'core';
  run(harness: CoreHarness): Promise<void>;
}

export type ConformanceCase = BareCase | CoreCase;
