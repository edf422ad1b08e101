/** Packs every published package and has publint and are-the-types-wrong look at the result. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './check/run-command.ts';
import { packPackage } from './packages/pack-package.ts';
import { packedFileProblems } from './packages/packed-files.ts';
import { isPublic, membersOf, type Member } from './repository/members.ts';
import { repositoryRoot } from './repository/root.ts';
import { readTree } from './repository/tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'packages-'));

/** What there is to say against a package, or nothing. */
const inspect = async (member: Member): Promise<string> => {
  const packed = await packPackage(repositoryRoot, member, folder);
  const verdicts = await Promise.all([
    runCommand(['publint', '--strict', packed.tarball], { directory: repositoryRoot }),
    runCommand(['attw', '--profile', 'esm-only', '--no-color', '--no-emoji', packed.tarball], {
      directory: repositoryRoot,
    }),
  ]);
  return [...packedFileProblems(packed), ...verdicts.filter(({ ok }) => !ok).map(({ output }) => output)].join('\n');
};

try {
  for (const member of membersOf(readTree(repositoryRoot)).filter(isPublic)) {
    const objections = await inspect(member);
    console.log(
      objections === '' ? `${member.manifest.name} is fit to publish` : `${member.manifest.name}:\n${objections}`,
    );
    if (objections !== '') process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
