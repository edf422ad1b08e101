import type { StandardSchemaV1 } from '@standard-schema/spec';
import { contractVersion, type ProviderDefinition } from '../provider/define-provider.ts';

/** The provider was written against another version of the contract. */
export class ContractVersionError extends Error {
  override readonly name = 'ContractVersionError';
  readonly code = 'ContractVersion';

  constructor(provider: string, version: unknown) {
    super(
      `provider "${provider}" speaks version ${JSON.stringify(version)} of the provider contract, this virtual kubelet speaks ${contractVersion}; install versions that go together`,
    );
  }
}

/** The provider's options are not as its schema wants them. */
export class ProviderConfigError extends Error {
  override readonly name = 'ProviderConfigError';
  readonly code = 'ProviderConfig';
  /** What is wrong, with the path of each key. */
  readonly issues: readonly StandardSchemaV1.Issue[];

  constructor(provider: string, issues: readonly StandardSchemaV1.Issue[]) {
    const list = issues.map((issue) => `${pathOf(issue)}${issue.message}`).join('; ');
    super(`the configuration of provider "${provider}" is not valid: ${list}`);
    this.issues = issues;
  }
}

function pathOf(issue: StandardSchemaV1.Issue): string {
  const path = (issue.path ?? [])
    .map((segment) => String(typeof segment === 'object' ? segment.key : segment))
    .join('.');
  return path === '' ? '' : `${path}: `;
}

/** @throws ContractVersionError for a definition of a version that this core does not know. */
export function checkContractVersion(definition: ProviderDefinition): void {
  const version: unknown = definition.specificationVersion;
  if (version !== contractVersion) throw new ContractVersionError(definition.name, version);
}

/**
 * The options, checked and with the schema's defaults.
 *
 * @throws ProviderConfigError
 */
export async function checkConfig(definition: ProviderDefinition, config: unknown): Promise<unknown> {
  const result = await definition.configSchema['~standard'].validate(config);
  if (result.issues !== undefined) throw new ProviderConfigError(definition.name, result.issues);
  return result.value;
}
