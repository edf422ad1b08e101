import { expect, test } from 'vitest';
import { madeUpTree } from '../repository/made-up-tree.ts';
import { pageText } from './page.ts';
import { providerList, readProviderDescription } from './provider-list.ts';

const sound = 'name: mock\nvendor: the project\nbackend: memory\nmaturity: stable\n';

test('every provider has a row with how it is used and where it is', () => {
  const text = pageText(providerList, madeUpTree({ 'packages/provider-mock/provider.yaml': sound }));
  expect(text).toContain('| `--provider mock` | `@vk/provider-mock` | memory | the project | stable |');
});

test('a field that is missing is named with its file', () => {
  expect(() => readProviderDescription('name: mock\n', 'x/provider.yaml')).toThrow(
    'x/provider.yaml: "vendor" is missing or no text',
  );
});

test('a field that does not exist is named', () => {
  expect(() => readProviderDescription(`${sound}maturty: stable\n`, 'x')).toThrow('x: there is no field "maturty"');
});

test('a maturity is one of the three', () => {
  expect(() => readProviderDescription(sound.replace('stable', 'great'), 'x')).toThrow(
    'it may be experimental, beta, stable',
  );
});
