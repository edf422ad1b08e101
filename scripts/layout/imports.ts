import { posix } from 'node:path';
import { parseSync } from 'oxc-parser';
import type { Tree } from '../repository/tree.ts';

/** One import or re-export, as written in a file. */
export interface Import {
  readonly file: string;
  readonly specifier: string;
  /** The path in the repository that a relative specifier leads to, else the specifier itself. */
  readonly target: string;
  /** Gone after compilation. */
  readonly typeOnly: boolean;
}

const literal = /^(['"`])([^'"`$]+)\1$/;

const importsOf = (tree: Tree, file: string): Import[] => {
  const source = tree.read(file);
  const { module, errors } = parseSync(file, source);
  // What is wrong with it is for TypeScript to say.
  if (errors.length > 0) return [];
  const found: { specifier: string; typeOnly: boolean }[] = [];
  for (const statement of module.staticImports) {
    const typeOnly = statement.entries.length > 0 && statement.entries.every((entry) => entry.isType);
    found.push({ specifier: statement.moduleRequest.value, typeOnly });
  }
  for (const statement of module.staticExports) {
    const [first] = statement.entries;
    if (first?.moduleRequest == null) continue;
    found.push({ specifier: first.moduleRequest.value, typeOnly: statement.entries.every((entry) => entry.isType) });
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const specifier = literal.exec(source.slice(moduleRequest.start, moduleRequest.end))?.[2];
    if (specifier !== undefined) found.push({ specifier, typeOnly: false });
  }
  return found.map(({ specifier, typeOnly }) => ({
    file,
    specifier,
    target: specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier,
    typeOnly,
  }));
};

/** Every import of the TypeScript files that somebody wrote. A dynamic import counts when it names a literal. */
export const readImports = (tree: Tree): Import[] =>
  tree.files
    .filter((path) => path.endsWith('.ts') && !path.includes('/__fixtures__/'))
    .flatMap((path) => importsOf(tree, path));
