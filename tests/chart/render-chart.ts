import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { renderTemplate } from './render-template.ts';
import { templateTokens } from './template-tokens.ts';
import { templateTree } from './template-tree.ts';

/** The chart's folder. */
export const chartFolder: string = fileURLToPath(new URL('../../charts/virtual-kubelet/', import.meta.url));

/** A Kubernetes object, as much of it as the tests look at. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

/** rbac.authorization.k8s.io/v1 PolicyRule. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

export type Values = Readonly<Record<string, unknown>>;

export interface Release {
  readonly name: string;
  readonly namespace: string;
  /** What differs from values.yaml, as with --set. */
  readonly values: Values;
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function merged(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over)) return over;
  return Object.fromEntries(
    [...new Set([...Object.keys(base), ...Object.keys(over)])].map((key) => [
      key,
      key in over ? merged(base[key], over[key]) : base[key],
    ]),
  );
}

/** The chart's objects for a release, with the part of Helm's templates that the chart keeps to. */
export async function renderChart({ name, namespace, values }: Release): Promise<Manifest[]> {
  const read = (path: string): Promise<string> => readFile(`${chartFolder}${path}`, 'utf8');
  const chart = parse(await read('Chart.yaml')) as { name: string; version: string; appVersion: string };
  const data = {
    Values: merged(parse(await read('values.yaml')), values),
    Release: { Name: name, Namespace: namespace, Service: 'Helm' },
    Chart: { Name: chart.name, Version: chart.version, AppVersion: chart.appVersion },
  };
  const files = (await readdir(`${chartFolder}templates`)).toSorted();
  const trees = await Promise.all(
    files.map(async (file) => ({ file, ...templateTree(templateTokens(await read(`templates/${file}`))) })),
  );
  const named = new Map(trees.flatMap(({ defined }) => [...defined]));
  return trees
    .filter(({ file }) => file.endsWith('.yaml'))
    .flatMap(({ file, body }) => documents(file, renderTemplate(body, { named, data })));
}

/** The documents of a YAML text that are not empty. @throws SyntaxError for one that is not YAML. */
export function documents(file: string, text: string): Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new SyntaxError(`${file}: ${error.message}`);
    return document.contents === null ? [] : [document.toJS() as Manifest];
  });
}
