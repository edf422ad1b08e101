/** What the contract promises at compile time. Checked by `tsc`; nothing here runs. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { expectTypeOf } from 'vitest';
import {
  defineProvider,
  type BackendPod,
  type CallContext,
  type Capabilities,
  type CapabilityName,
  type DeferredVariable,
  type EnvironmentVariable,
  type InjectedPolicy,
  type OptionalCapabilities,
  type Pod,
  type PodLifecycleHandler,
  type PodStatus,
  type Provider,
  type ProviderContext,
  type ProviderDefinition,
} from './index.ts';

type RequiredKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T];

// A provider must have these five methods, and nothing else.
expectTypeOf<RequiredKeys<Provider>>().toEqualTypeOf<'createPod' | 'updatePod' | 'deletePod' | 'getPod' | 'getPods'>();
// Whatever is optional can be asked for by name.
expectTypeOf<CapabilityName>().toEqualTypeOf<keyof OptionalCapabilities>();
expectTypeOf<Capabilities[CapabilityName]>().toEqualTypeOf<boolean>();
// Every asynchronous method takes the context of its call last.
expectTypeOf<Parameters<PodLifecycleHandler['deletePod']>[2]>().toEqualTypeOf<CallContext>();
expectTypeOf<Parameters<NonNullable<Provider['notifyPods']>>[1]>().toEqualTypeOf<CallContext>();
// Absent and "could not tell" are different answers.
expectTypeOf<Awaited<ReturnType<PodLifecycleHandler['getPod']>>>().toEqualTypeOf<BackendPod | undefined>();
// Times are texts, as on the wire.
expectTypeOf<PodStatus['startTime']>().toEqualTypeOf<string | undefined>();
expectTypeOf<NonNullable<Pod['metadata']>['creationTimestamp']>().toEqualTypeOf<string | undefined>();
// A value that is not known yet cannot be read as one.
expectTypeOf<Exclude<EnvironmentVariable, { readonly value: string }>>().toEqualTypeOf<DeferredVariable>();

// Objects from the API are read-only all the way down.
export function writesToWhatItWasGiven(pod: Pod): void {
  // @ts-expect-error -- read-only
  pod.metadata = {};
}

const schema: StandardSchemaV1<unknown, { readonly region: string }> = {
  '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { region: 'x' } }) },
};
const injected: InjectedPolicy = {
  'kube-api-access': 'deliver',
  serviceLinks: 'deliver',
  dnsPolicy: 'omit',
  terminationMessage: 'refuse',
  defaultTolerations: 'omit',
};

// The configuration has the type of the schema, and the connection the type that `connect` gives.
export const withConnection: ProviderDefinition<
  { readonly region: string },
  { close(): Promise<void>; token: string }
> = defineProvider({
  name: 'connected',
  configSchema: schema,
  injected,
  connect: async ({ region }) => ({ token: region, close: async () => undefined }),
  create(context: ProviderContext<{ readonly region: string }>, connection): Provider {
    expectTypeOf<typeof connection.token>().toEqualTypeOf<string>();
    expectTypeOf<typeof context.config.region>().toEqualTypeOf<string>();
    throw new Error(connection.token);
  },
});

// Nothing that is injected may be left without a policy.
// @ts-expect-error -- four fields are missing
export const incomplete: InjectedPolicy = { serviceLinks: 'deliver' };
