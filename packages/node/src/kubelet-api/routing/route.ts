import type { CapabilityName } from '../../provider/capabilities.ts';
import type { AccessVerb } from '../request-access.ts';

export type HttpMethod = 'GET' | 'POST';

/** One path of the kubelet API as data: routing, authorisation and the page of routes come from it. */
export interface Route {
  /** `{namespace}`, `{pod}`, `{uid}` and `{container}` stand for one segment each. A slash at the end makes no difference. */
  readonly path: string;
  readonly methods: readonly HttpMethod[];
  /** Subresources of `nodes` that are asked about, in this order; one that is allowed is enough (KEP-2862). */
  readonly subresources: readonly [string, ...string[]];
  /** Asked about whatever the method is; the method's own verb by default. */
  readonly verb?: AccessVerb;
  /** Without all of these the provider cannot serve the route: 501. Of an inner list one is enough. */
  readonly needs: readonly (CapabilityName | readonly CapabilityName[])[];
  /** True where the connection is taken over: SPDY/3.1 or WebSocket. */
  readonly upgrade: boolean;
  /** What it answers: one sentence without its full stop, for the page of routes. */
  readonly answers: string;
}
