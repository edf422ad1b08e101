import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { isPublic, membersOf, type Manifest } from '../repository/members.ts';
import { repositoryRoot } from '../repository/root.ts';
import { readTree } from '../repository/tree.ts';

export type Bump = 'patch' | 'minor' | 'major';

export interface Rehearsal {
  /** The version that each published package would get, of those that would be released. */
  readonly released: Readonly<Record<string, string>>;
  readonly manifest: (name: string) => Manifest;
}

const changesetCommand = join(repositoryRoot, 'node_modules/@changesets/cli/bin.js');
const frontMatter = (bumps: Readonly<Record<string, Bump>>): string =>
  Object.entries(bumps)
    .map(([name, bump]) => `'${name}': ${bump}\n`)
    .join('');

/** Runs `changeset version` on a copy of this repository's manifests, in a git repository of its own. */
export const rehearseRelease = (bumps: Readonly<Record<string, Bump>>): Rehearsal => {
  const copy = mkdtempSync(join(tmpdir(), 'release-'));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  const before = membersOf(readTree(repositoryRoot));
  const paths = before.map(({ path }) => `${path}/package.json`);
  for (const path of ['package.json', 'pnpm-workspace.yaml', '.changeset/config.json', ...paths]) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    copyFileSync(join(repositoryRoot, path), join(copy, path));
  }
  writeFileSync(join(copy, '.changeset/a-change.md'), `---\n${frontMatter(bumps)}---\n\nA change that users notice.\n`);

  const run = (program: string, ...parameters: string[]): void => {
    execFileSync(program, parameters, { cwd: copy, stdio: 'pipe' });
  };
  const identity = ['-c', 'user.name=Rehearsal', '-c', 'user.email=rehearsal@example.invalid'];
  run('git', 'init', '--quiet', '--initial-branch=main');
  run('git', 'add', '--all');
  run('git', ...identity, 'commit', '--quiet', '--no-verify', '--message=Before the release');
  run(process.execPath, changesetCommand, 'version');

  const after = new Map(membersOf(readTree(copy)).map(({ manifest }) => [manifest.name, manifest]));
  const manifest = (name: string): Manifest => {
    const found = after.get(name);
    if (found === undefined) throw new Error(`There is no package ${name}`);
    return found;
  };
  const released = before
    .filter(isPublic)
    .filter((member) => manifest(member.manifest.name).version !== member.manifest.version)
    .map((member) => [member.manifest.name, manifest(member.manifest.name).version ?? '']);
  return { released: Object.fromEntries(released) as Record<string, string>, manifest };
};
