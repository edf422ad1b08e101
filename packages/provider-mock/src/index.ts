/** The mock provider: `--provider mock`. */
export { annotationPrefix } from './behaviour-table.ts';
export { mockConfigSchema, type MockConfig, type NodeSettings, type PingFailure } from './config.ts';
export { mockProvider, mockProvider as provider } from './mock-provider.ts';
