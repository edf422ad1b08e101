import type { PodApi } from '../pods/pod-api.ts';
import type { PodTelemetry } from './pod-telemetry.ts';
import { podAttributes } from './span-attributes.ts';
import { inSpan } from './span.ts';

/** The pod loop's requests, each in a span. */
export function tracedPodApi(api: PodApi, telemetry: PodTelemetry, nodeName: string): PodApi {
  return {
    patchStatus: (ref, status, signal) => telemetry.writeStatus(ref, () => api.patchStatus(ref, status, signal)),
    endPod: (ref, signal) =>
      inSpan({ name: 'pod API delete', calls: true, attributes: () => podAttributes(nodeName, ref) }, () =>
        api.endPod(ref, signal),
      ),
    isGone: (ref, signal) =>
      inSpan({ name: 'pod API look', calls: true, attributes: () => podAttributes(nodeName, ref) }, () =>
        api.isGone(ref, signal),
      ),
  };
}
