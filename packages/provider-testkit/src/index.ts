/**
 * The conformance suite that every provider passes. Start with {@link describeProvider}. Without Vitest, import
 * `@vk/provider-testkit/conformance` and use `runConformance`.
 */
export * from './conformance.ts';
export { describeProvider } from './describe-provider.ts';
