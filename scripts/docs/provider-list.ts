import { parse } from 'yaml';
import type { Tree } from '../repository/tree.ts';
import { markdownTable } from './markdown-table.ts';
import type { GeneratedPage } from './page.ts';

const maturities = ['experimental', 'beta', 'stable'] as const;

/** A provider's `provider.yaml`. */
export interface ProviderDescription {
  readonly name: string;
  /** Who keeps it. */
  readonly vendor: string;
  /** What the pods run on. */
  readonly backend: string;
  readonly maturity: (typeof maturities)[number];
}

/** Throws a sentence that names the file and the field. */
export const readProviderDescription = (text: string, path: string): ProviderDescription => {
  const value = parse(text) as Record<string, unknown> | null;
  for (const field of ['name', 'vendor', 'backend', 'maturity']) {
    if (typeof value?.[field] !== 'string') throw new Error(`${path}: "${field}" is missing or no text`);
  }
  const unknown = Object.keys(value ?? {}).filter((key) => !['name', 'vendor', 'backend', 'maturity'].includes(key));
  if (unknown.length > 0) throw new Error(`${path}: there is no field "${unknown.join('", "')}"`);
  const description = value as unknown as ProviderDescription;
  if (!maturities.includes(description.maturity)) {
    throw new Error(`${path}: "maturity" is "${description.maturity}"; it may be ${maturities.join(', ')}`);
  }
  return description;
};

const render = (tree: Tree): string => {
  const rows = tree.files
    .filter((path) => /^packages\/provider-[^/]+\/provider\.yaml$/.test(path))
    .map((path) => {
      const { name, vendor, backend, maturity } = readProviderDescription(tree.read(path), path);
      const folder = path.split('/')[1] ?? '';
      return [`\`--provider ${name}\``, `\`@vk/${folder}\``, backend, vendor, maturity];
    });
  return [
    '# Providers',
    '',
    markdownTable(['use', 'package', 'backend', 'kept by', 'maturity'], rows),
    '',
    'A provider of somebody else is found by its package name or path: see [writing a provider](./writing-a-provider.md).',
  ].join('\n');
};

export const providerList: GeneratedPage = {
  path: 'docs/guide/providers.md',
  from: 'the provider.yaml of each provider',
  render,
};
