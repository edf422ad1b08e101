import type { Closable, Pod, ProviderContext, ProviderDefinition } from '@vk/node/provider';

type Clock = ProviderContext<unknown>['clock'];

/** A pod to be made: what differs from a pod with one container that runs until it is stopped. */
export type PodTemplate = Pick<Pod, 'metadata' | 'spec'>;

/** Pods that this backend can run. Where it runs anything and nothing matters, all may be left out. */
export interface PodTemplates {
  /** Runs until it is stopped, within a second or two. Default: `sleep infinity` in busybox, with a shell that obeys SIGTERM. */
  readonly running?: PodTemplate;
  /** Ends by itself, soon, with this exit code (not 0) and restartPolicy Never. */
  readonly finishing?: { readonly pod: PodTemplate; readonly exitCode: number };
  /** What this backend refuses, and the field that it names. */
  readonly refused?: { readonly pod: PodTemplate; readonly field: string };
}

/** What the conformance suite is told of a provider. */
export interface ConformanceOptions<Config, Connection extends Partial<Closable> | undefined> {
  readonly definition: ProviderDefinition<Config, Connection>;
  /** As in a config file; the definition's schema fills in the defaults. */
  readonly config?: unknown;
  readonly pods?: PodTemplates;
  /** Empties the backend. Called before each case. */
  readonly reset?: () => Promise<void>;
  /** What the provider finds in `context.env` and `connect` in its own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the bare provider's time comes from. Default: the machine's. Under the core it is always the machine's. */
  readonly clock?: Clock;
  /** Lets this many milliseconds pass on `clock`. Needed with a clock of your own. Default: waits. */
  readonly passTime?: (milliseconds: number) => Promise<void>;
  /** How long a case waits for the backend to come to something, in milliseconds of `clock`. Default: 30,000. */
  readonly patienceMilliseconds?: number;
  /** Whether to run the provider under the real core on the development cluster too. Default: true. */
  readonly underCore?: boolean;
}
