import type { ProviderCallObserver } from '../pods/provider-calls.ts';
import type { Clock } from '../work/clock.ts';
import { callFailure } from './call-failure.ts';
import type { CoreMetrics } from './core-metrics.ts';
import type { PodTelemetry } from './pod-telemetry.ts';
import { nodeAttributes } from './span-attributes.ts';
import { inSpan } from './span.ts';

export interface ProviderCallTelemetryOptions {
  readonly metrics: CoreMetrics;
  readonly clock: Clock;
  readonly nodeName: string;
  readonly pods: PodTelemetry;
  /** Hears of every call as well, closer to the provider. */
  readonly next?: ProviderCallObserver | undefined;
}

/** Times every call of the provider and puts it in a span; of one that lasts, it counts the failure that ends it. */
export function observeProviderCalls(options: ProviderCallTelemetryOptions): ProviderCallObserver {
  const { metrics, clock, nodeName, pods, next } = options;
  return async (call, proceed) => {
    const { method, ref } = call;
    const startedAt = clock.monotonic();
    const make = (): ReturnType<typeof proceed> => next?.(call, proceed) ?? proceed();
    try {
      if (call.lasts === true) return await make();
      const result = await (ref === undefined
        ? inSpan({ name: `provider ${method}`, calls: true, attributes: () => nodeAttributes(nodeName) }, make)
        : pods.call(method, ref, make));
      metrics.providerCall(method, clock.monotonic() - startedAt, undefined);
      return result;
    } catch (error) {
      if (call.lasts === true) metrics.providerSubscriptionFailed(method, callFailure(error));
      else metrics.providerCall(method, clock.monotonic() - startedAt, callFailure(error));
      throw error;
    }
  };
}
