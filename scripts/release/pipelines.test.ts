import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { isPublic, membersOf } from '../repository/members.ts';
import { repositoryRoot } from '../repository/root.ts';
import { readTree } from '../repository/tree.ts';

interface Workflow {
  readonly on: Readonly<Record<string, { readonly paths?: readonly string[] } | null>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const tree = readTree(repositoryRoot);
const folder = '.github/workflows';
const workflow = (name: string): Workflow => parse(tree.read(`${folder}/${name}.yml`)) as Workflow;
const published = membersOf(tree).filter(isPublic);

test('each published package has a release pipeline of its own, started by its own manifest only', () => {
  for (const { path, manifest } of published) {
    const pipeline = workflow(`release-${basename(path)}`);
    expect(pipeline.on['push']?.paths).toEqual([`${path}/package.json`]);
    expect(pipeline.jobs['release']).toMatchObject({
      uses: './.github/workflows/release-package.yml',
      with: { package: manifest.name, folder: path },
    });
  }
});

test('there is no release pipeline without its package', () => {
  const pipelines = tree.files.flatMap((path) => /workflows\/release-(.+)\.yml$/.exec(path)?.[1] ?? []);
  expect(pipelines.toSorted()).toEqual([...published.map(({ path }) => basename(path)), 'package'].toSorted());
});

test('workflows have no permission that a job of theirs does not ask for by name', () => {
  const names = tree.files.flatMap((path) => /workflows\/(.+)\.yml$/.exec(path)?.[1] ?? []);
  for (const name of names) {
    expect([{}, { contents: 'read' }]).toContainEqual(workflow(name).permissions);
  }
});

test('only the job that publishes may take the identity that npm trusts', () => {
  expect(workflow('release-package').jobs['publish']?.['permissions']).toEqual({
    contents: 'write',
    'id-token': 'write',
  });
  expect(tree.read(`${folder}/ci.yml`)).not.toContain('id-token');
  expect(tree.read(`${folder}/version.yml`)).not.toContain('id-token');
});

test('what is published was checked first, and carries its provenance', () => {
  const steps = JSON.stringify(workflow('release-package').jobs['publish']?.['steps']);
  expect(steps.indexOf('bash .ci/run')).toBeGreaterThan(0);
  expect(steps.indexOf('npm publish')).toBeGreaterThan(steps.indexOf('bash .ci/run'));
  expect(steps).toContain('--provenance');
});
