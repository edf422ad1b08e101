import type { Tree } from './tree.ts';

/** The parts of a package.json that the repository's own checks look at. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** A package of the workspace. */
export interface Member {
  /** From the root of the repository: `packages/node`. */
  readonly path: string;
  readonly manifest: Manifest;
}

/** Every package.json below the root but the root's own. */
export const membersOf = (tree: Tree): Member[] =>
  tree.files
    .filter((path) => path.endsWith('/package.json') && !path.includes('/__fixtures__/'))
    .map((path) => ({
      path: path.slice(0, -'/package.json'.length),
      manifest: JSON.parse(tree.read(path)) as Manifest,
    }));

export const isPublic = (member: Member): boolean => member.manifest.private !== true;
