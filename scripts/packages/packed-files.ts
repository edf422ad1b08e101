import type { PackedPackage } from './pack-package.ts';

const belongs = (path: string): boolean =>
  /^(package\.json|README\.md|LICENSE)$/.test(path) ||
  (/^dist\/.+\.(js|js\.map|d\.ts)$/.test(path) && !/\.test(-d)?\./.test(path));

/** What is in the tarball and should not be, or is not and should. */
export const packedFileProblems = ({ files }: Pick<PackedPackage, 'files'>): string[] => [
  ...files.filter((path) => !belongs(path)).map((path) => `${path} should not be published`),
  ...['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']
    .filter((path) => !files.includes(path))
    .map((path) => `${path} is missing`),
];
