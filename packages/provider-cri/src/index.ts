/** The CRI provider: `--provider cri`. */
export { criConfigSchema, type CriConfig } from './config.ts';
export { criProvider, criProvider as provider } from './cri-provider.ts';
