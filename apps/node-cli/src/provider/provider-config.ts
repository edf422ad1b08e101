import type { ProviderDefinition } from '@vk/node/provider';
import { formatKeyPath, formatPosition, type ConfigDocument, type KeyPath } from '../config-file/config-document.ts';
import { CommandError } from '../errors/command-error.ts';
import { nearestName } from '../flags/nearest-name.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { unknownKeys, type UnknownKey } from './unknown-keys.ts';

/** What is checked when no `--provider-config` was given: nothing, so that options and the schema's defaults decide. */
export const noDocument: ConfigDocument = { file: '(no --provider-config)', value: {}, locate: () => undefined };

/**
 * Checks a provider's configuration by the provider's own schema and fills in its defaults.
 *
 * @throws CommandError `provider`: one line per problem, each with file, line and column, key, what is wrong and what would be right.
 */
export async function checkProviderConfig(
  definition: ProviderDefinition,
  document: ConfigDocument = noDocument,
): Promise<unknown> {
  const result = await definition.configSchema['~standard'].validate(document.value);
  const schema = jsonSchemaOf(definition.configSchema);
  const strangers = schema === undefined ? [] : unknownKeys(schema, document.value);
  const problems = [
    ...strangers.map((stranger) => describeUnknown(document, stranger)),
    ...(result.issues ?? []).flatMap((issue) => describeIssue(document, issue, strangers)),
  ];
  if (problems.length > 0)
    throw new CommandError(
      'provider',
      `the configuration of provider ${definition.name} is refused: ${problems.join('; ')}`,
    );
  return 'value' in result ? result.value : undefined;
}

function describeUnknown(document: ConfigDocument, { path, known }: UnknownKey): string {
  const near = nearestName(String(path.at(-1)), known);
  const right = near === undefined ? `the keys here are ${known.join(', ') || '(none)'}` : `did you mean ${near}?`;
  return `${formatPosition(document, path)}: unknown key ${formatKeyPath(path)}; ${right}`;
}

type Issue = NonNullable<
  Awaited<ReturnType<ProviderDefinition['configSchema']['~standard']['validate']>>['issues']
>[number];

function describeIssue(document: ConfigDocument, issue: Issue, strangers: readonly UnknownKey[]): string[] {
  const path = (issue.path ?? []).map((part) => plainKey(typeof part === 'object' ? part.key : part));
  if (isAboutUnknownKeys(issue) && strangers.length > 0) return [];
  const key = path.length === 0 ? '' : `${formatKeyPath(path)}: `;
  return [`${formatPosition(document, path)}: ${key}${issue.message.split('\n').join(' ')}`];
}

/** zod's strict objects report what has been found already, without a hint. */
function isAboutUnknownKeys(issue: Issue): boolean {
  return 'code' in issue && issue.code === 'unrecognized_keys';
}

function plainKey(key: PropertyKey): KeyPath[number] {
  return typeof key === 'symbol' ? String(key) : key;
}
