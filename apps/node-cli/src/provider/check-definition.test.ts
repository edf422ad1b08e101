import { describe, expect, it } from 'vitest';
import { definitionOf } from './check-definition.ts';

const location = { file: '/p.js', label: './p.js' };
const good = {
  specificationVersion: 'v1',
  name: 'good',
  configSchema: { '~standard': {} },
  injected: {},
  create: () => ({}),
};

describe('definitionOf', () => {
  it('takes the export called provider, else the default', () => {
    expect(definitionOf({ provider: good, default: 1 }, location)).toBe(good);
    expect(definitionOf({ default: good }, location)).toBe(good);
  });

  it('says what to write when nothing is exported', () => {
    expect(() => definitionOf({ other: good }, location)).toThrow(
      "./p.js: the module exports no provider; write: export const provider = defineProvider({ name: '...', ... })",
    );
  });

  it('refuses a contract version that it does not know, by name', () => {
    expect(() => definitionOf({ provider: { ...good, specificationVersion: 'v9' } }, location)).toThrow(
      './p.js: it was written for version "v9" of the provider contract, and this virtual-kubelet knows v1',
    );
    const { specificationVersion: _, ...unstamped } = good;
    expect(() => definitionOf({ provider: unstamped }, location)).toThrow(
      './p.js: its export provider was not made by defineProvider from @vk/node/provider',
    );
  });

  it('names what a definition lacks', () => {
    expect(() => definitionOf({ provider: { ...good, create: undefined } }, location)).toThrow(
      './p.js: its provider lacks the function create',
    );
    expect(() => definitionOf({ provider: { ...good, configSchema: {} } }, location)).toThrow(
      './p.js: its provider lacks a configSchema that is a Standard Schema, such as z.object({})',
    );
  });
});
