import { silentLogger } from '@vk/node/provider';
import type { BackendRetention, Closable, Provider, ProviderDefinition } from '@vk/node/provider';
import { ConformanceError } from '../conformance-error.ts';
import type { ConformanceOptions } from '../conformance-options.ts';
import { realClock } from './real-clock.ts';
import { createTestContext } from './test-context.ts';

/** One life of a process: a connection, and the providers of its nodes. */
export interface Session {
  /** The provider of a node; the same one when it is asked for again. */
  provider(nodeName: string): Promise<Provider>;
  /** Ends it as a process that stops does. */
  close(): Promise<void>;
}

/** A definition whose config and connection have been put away, so that cases need not know their types. */
export interface Subject {
  readonly definition: Pick<ProviderDefinition, 'name' | 'specificationVersion' | 'injected' | 'configSchema'>;
  readonly retention: BackendRetention;
  connect(): Promise<Session>;
}

/** @throws ConformanceError when the definition's own schema refuses the config that the suite was given. */
export async function openSubject<Config, Connection extends Partial<Closable> | undefined>(
  options: ConformanceOptions<Config, Connection>,
): Promise<Subject> {
  const { definition, env = {}, clock = realClock } = options;
  const checked = await definition.configSchema['~standard'].validate(options.config ?? {});
  if (checked.issues !== undefined) {
    const issues = checked.issues.map(({ path, message }) => `${path?.map(keyOf).join('.') ?? ''}: ${message}`);
    throw new ConformanceError(`the config that the suite was given is refused: ${issues.join('; ')}`);
  }
  const config = checked.value;

  async function connect(): Promise<Session> {
    const signal = new AbortController().signal;
    const opened = await definition.connect?.(config, { env, log: silentLogger, signal });
    // Without `connect` the connection's type is undefined.
    const connection = opened as Connection;
    const providers = new Map<string, Provider>();
    return {
      async provider(nodeName) {
        const known = providers.get(nodeName);
        if (known !== undefined) return known;
        const made = await definition.create(createTestContext(config, { nodeName, env, clock }), connection);
        providers.set(nodeName, made);
        return made;
      },
      async close() {
        for (const provider of providers.values()) await provider.close?.();
        await connection?.close?.();
      },
    };
  }

  const { name, specificationVersion, injected, configSchema } = definition;
  return {
    definition: { name, specificationVersion, injected, configSchema },
    retention: definition.retention?.(config) ?? 'durable',
    connect,
  };
}

function keyOf(segment: PropertyKey | { readonly key: PropertyKey }): string {
  return String(typeof segment === 'object' ? segment.key : segment);
}
