import { join } from 'node:path';
import { runCommand } from '../check/run-command.ts';
import type { Member } from '../repository/members.ts';

export interface PackedPackage {
  readonly member: Member;
  /** Absolute path of the tarball. */
  readonly tarball: string;
  /** Paths inside it. */
  readonly files: readonly string[];
}

/** Packs a package into a folder, as publishing it would. Throws with pnpm's own words when it cannot. */
export const packPackage = async (root: string, member: Member, destination: string): Promise<PackedPackage> => {
  const result = await runCommand(
    ['pnpm', '--silent', '--dir', join(root, member.path), 'pack', '--json', '--pack-destination', destination],
    { directory: root },
  );
  const json = /^\{$[^]*^\}$/m.exec(result.output)?.[0];
  if (!result.ok || json === undefined) throw new Error(`${member.manifest.name} cannot be packed: ${result.output}`);
  const { filename, files } = JSON.parse(json) as { filename: string; files: { path: string }[] };
  return { member, tarball: filename, files: files.map(({ path }) => path) };
};
