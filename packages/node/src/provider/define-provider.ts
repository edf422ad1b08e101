import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Closable } from './closable.ts';
import type { InjectedPolicy } from './injected-fields.ts';
import type { Logger } from './logger.ts';
import type { ProviderContext } from './provider-context.ts';
import type { Provider } from './provider.ts';

/** The version of this contract. The core refuses a provider of a version that it does not know, by name, at start. */
export const contractVersion = 'v1';

/**
 * What becomes of a backend's objects, which decides what an absent one means:
 *
 * - `durable`: they stay until removed. Absent after the API has seen it start: lost, the pod is Failed with reason NotFound.
 * - `forgets-finished`: finished ones disappear after a while (ECS). A status write acknowledges the pod before it is created.
 * - `dies-with-process`: nothing outlives this process. Pods are created again after a restart.
 */
export type BackendRetention = 'durable' | 'forgets-finished' | 'dies-with-process';

/** What a connection is told when it is made. */
export interface ConnectContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** A provider, as the host program finds it: its name, its options and how to make one for a node. */
export interface ProviderDefinition<
  Config = unknown,
  Connection extends Partial<Closable> | undefined = Partial<Closable> | undefined,
> {
  /** Filled in by {@link defineProvider}. */
  readonly specificationVersion: typeof contractVersion;
  /** For example `mock`: `--provider mock`. */
  readonly name: string;
  /** Checks a config file, says which key is wrong, and fills defaults. Any Standard Schema will do. */
  readonly configSchema: StandardSchemaV1<unknown, Config>;
  /** What becomes of fields that the API server injects. */
  readonly injected: InjectedPolicy;
  /** Defaults to `durable`. */
  retention?(config: Config): BackendRetention;
  /** For a provider without `notifyPods`: how often `getPods` is asked. Defaults to 5,000 ms. */
  readonly pollIntervalMilliseconds?: number;
  /**
   * Whether pods run on the host of this process, and share its memory with it. `virtual-kubelet run` keeps its heap small then, for more
   * processor time: a host starts some ten containers a second, and a node does not notice. Defaults to no.
   */
  readonly sharesHost?: boolean;
  /** Opens what many nodes on one backend share. The core closes it after the last of them. */
  connect?(config: Config, context: ConnectContext): Promise<Connection>;
  /** Makes the provider of one node. `connection` is what `connect` gave, undefined without it. */
  create(context: ProviderContext<Config>, connection: Connection): Provider | Promise<Provider>;
}

/** Stamps the definition with the version of the contract that it was written against. */
export function defineProvider<Config, Connection extends Partial<Closable> | undefined = undefined>(
  definition: Omit<ProviderDefinition<Config, Connection>, 'specificationVersion'>,
): ProviderDefinition<Config, Connection> {
  return { ...definition, specificationVersion: contractVersion };
}
