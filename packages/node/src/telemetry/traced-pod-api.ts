import type { PodApi } from '../pods/pod-api.ts';
import type { PodRef } from '../provider/pod-ref.ts';
import type { Pod } from '../provider/wire.ts';
import type { PodTelemetry } from './pod-telemetry.ts';

/** The pod loop's requests, each in a span. */
export class TracedPodApi implements PodApi {
  readonly #api: PodApi;
  readonly #telemetry: PodTelemetry;

  constructor(api: PodApi, telemetry: PodTelemetry) {
    this.#api = api;
    this.#telemetry = telemetry;
  }

  patchStatus(ref: PodRef, status: object, signal: AbortSignal): Promise<string> {
    return this.#telemetry.writeStatus(ref, () => this.#api.patchStatus(ref, status, signal));
  }

  readPod(ref: PodRef, signal: AbortSignal): Promise<Pod | undefined> {
    return this.#telemetry.request('pod API read', ref, () => this.#api.readPod(ref, signal));
  }

  endPod(ref: PodRef, signal: AbortSignal): Promise<boolean> {
    return this.#telemetry.request('pod API delete', ref, () => this.#api.endPod(ref, signal));
  }

  isGone(ref: PodRef, signal: AbortSignal): Promise<boolean> {
    return this.#telemetry.request('pod API look', ref, () => this.#api.isGone(ref, signal));
  }
}
