import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../check/run-command.ts';
import { packPackage } from '../packages/pack-package.ts';
import { isPublic, membersOf } from '../repository/members.ts';
import { readTree } from '../repository/tree.ts';

/** Packs packages by name and installs them with npm into `directory`, as somebody would who has no clone. Throws with npm's words. */
export const installPacked = async (root: string, names: readonly string[], directory: string): Promise<void> => {
  const members = membersOf(readTree(root)).filter(
    (member) => isPublic(member) && names.includes(member.manifest.name),
  );
  const tarballs = join(directory, 'tarballs');
  mkdirSync(tarballs, { recursive: true });
  const packed = await Promise.all(members.map((member) => packPackage(root, member, tarballs)));
  writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
  const install = await runCommand(
    [
      'npm',
      'install',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      // A download that hangs is tried again; npm by itself waits for five minutes.
      '--fetch-timeout=30000',
      '--loglevel=error',
      ...packed.map(({ tarball }) => tarball),
    ],
    { directory },
  );
  if (!install.ok) throw new Error(`npm cannot install the packed packages: ${install.output}`);
};
