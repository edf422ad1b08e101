import { unsupportedEnvironmentSources } from '../environment/unsupported-sources.ts';
import type { FieldError } from '../provider/field-error.ts';
import type { InjectedPolicy } from '../provider/injected-fields.ts';
import type { Provider } from '../provider/provider.ts';
import type { Pod } from '../provider/wire.ts';
import { refusedByPolicy, withoutOmittedVolumes } from './injected-policy.ts';

/** What of a pod cannot be honoured here: by the policy for what the API server adds, by the core, or by the backend. */
export function refusalsOf(
  pod: Pod,
  { injected, provider }: { readonly injected: InjectedPolicy; readonly provider: Provider },
): FieldError[] {
  return [
    ...refusedByPolicy(pod, injected),
    ...unsupportedEnvironmentSources(pod),
    ...(provider.refuse?.(withoutOmittedVolumes(pod, injected)) ?? []),
  ];
}
