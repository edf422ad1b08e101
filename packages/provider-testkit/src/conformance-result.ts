import type { ConformanceCase } from './conformance-case.ts';
import { promises } from './promises.ts';

/** How one case went. */
export type ConformanceResult = Pick<ConformanceCase, 'name' | 'promise' | 'rule' | 'under'> &
  (
    | { readonly outcome: 'passed' }
    /** `message` is a sentence that names the promise and the rule. */
    | { readonly outcome: 'failed'; readonly message: string; readonly error: unknown }
    /** `message` names what the provider, or the options of the suite, would have to have. */
    | { readonly outcome: 'not-supported'; readonly message: string }
  );

/** `promise 1 (one pod, one run) is broken: <rule>, but <what was seen>`. */
export function failureSentence({ promise, rule }: Pick<ConformanceCase, 'promise' | 'rule'>, error: unknown): string {
  const seen = error instanceof Error ? error.message : String(error);
  return `promise ${promise} (${promises[promise]}) is broken: ${rule}, but ${seen}`;
}
