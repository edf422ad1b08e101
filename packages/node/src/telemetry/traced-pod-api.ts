import type { PodApi } from '../pods/pod-api.ts';
import type { PodTelemetry } from './pod-telemetry.ts';

/** The pod loop's requests, each in a span. */
export function tracedPodApi(api: PodApi, telemetry: PodTelemetry): PodApi {
  return {
    patchStatus: (ref, status, signal) => telemetry.writeStatus(ref, () => api.patchStatus(ref, status, signal)),
    readPod: (ref, signal) => telemetry.request('pod API read', ref, () => api.readPod(ref, signal)),
    endPod: (ref, signal) => telemetry.request('pod API delete', ref, () => api.endPod(ref, signal)),
    isGone: (ref, signal) => telemetry.request('pod API look', ref, () => api.isGone(ref, signal)),
  };
}
