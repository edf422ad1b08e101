import type { Closable, PreparedPod, Provider, ProviderDefinition } from '@vk/node/provider';

/** What is seen of a provider while the core drives it. */
export interface Recording {
  readonly creates: PreparedPod[];
  /** The provider that runs now. */
  provider: Provider | undefined;
}

/** The same provider, watched: the core notices nothing. */
export function recordedDefinition<Config, Connection extends Partial<Closable> | undefined>(
  definition: ProviderDefinition<Config, Connection>,
  recording: Recording,
): ProviderDefinition<Config, Connection> {
  return {
    ...definition,
    create: async (context, connection) => {
      const provider = await definition.create(context, connection);
      recording.provider = provider;
      return new Proxy(provider, {
        get(target, property) {
          const value: unknown = Reflect.get(target, property, target);
          if (typeof value !== 'function') return value;
          return (...argumentList: unknown[]): unknown => {
            if (property === 'createPod') recording.creates.push(argumentList[0] as PreparedPod);
            return Reflect.apply(value, target, argumentList);
          };
        },
      });
    },
  };
}
