import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { CommandError, type CommandErrorCode } from '../errors/command-error.ts';
import { describeError } from '../errors/describe-error.ts';
import type { ConfigDocument } from './config-document.ts';

export interface ReadConfigFileOptions {
  /** As the user wrote it. */
  readonly file: string;
  readonly workingDirectory: string;
  /** The flag that named it, for the messages. */
  readonly flag: string;
  /** The kind of failure that a bad file is. */
  readonly failure: CommandErrorCode;
}

/**
 * Reads a TOML, YAML or JSON file, told apart by its ending.
 *
 * @throws CommandError of the given kind, with the line and column of what does not parse.
 */
export async function readConfigFile(options: ReadConfigFileOptions): Promise<ConfigDocument> {
  const { file, flag, failure } = options;
  const content = await readText(options);
  try {
    return await parseConfig(file, content);
  } catch (error) {
    throw new CommandError(failure, `${flag}: ${describeError(error)}`, { cause: error });
  }
}

async function readText({ file, workingDirectory, flag, failure }: ReadConfigFileOptions): Promise<string> {
  try {
    return await readFile(resolve(workingDirectory, file), 'utf8');
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'no such file' : describeError(error);
    throw new CommandError(failure, `${flag}: cannot read ${file}: ${reason}`, { cause: error });
  }
}

/** Each format is loaded when it is met, so that starting stays quick. */
async function parseConfig(file: string, content: string): Promise<ConfigDocument> {
  switch (extname(file).toLowerCase()) {
    case '.toml': {
      const { parseTomlDocument } = await import('./toml-document.ts');
      return parseTomlDocument(file, content);
    }
    case '.yaml':
    case '.yml':
    case '.json': {
      const { parseYamlDocument } = await import('./yaml-document.ts');
      return parseYamlDocument(file, content);
    }
    default:
      throw new SyntaxError(`${file}: the name must end in .toml, .yaml, .yml or .json`);
  }
}
