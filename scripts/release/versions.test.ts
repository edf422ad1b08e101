import { expect, test } from 'vitest';
import { membersOf } from '../repository/members.ts';
import { repositoryRoot } from '../repository/root.ts';
import { readTree } from '../repository/tree.ts';
import { rehearseRelease } from './release-rehearsal.ts';

const manifests = membersOf(readTree(repositoryRoot)).map(({ manifest }) => manifest);
const mockRange = manifests.find(({ name }) => name === '@vk/provider-mock')?.peerDependencies?.['@vk/node'];
const namingTheCoreAsPeer = manifests
  .filter(({ peerDependencies }) => peerDependencies?.['@vk/node'] !== undefined)
  .map(({ name }) => name);

test('a minor of the core moves no provider, and nothing else', () => {
  const { released } = rehearseRelease({ '@vk/node': 'minor' });
  expect(Object.keys(released)).toEqual(['@vk/node']);
  expect(released['@vk/node']).toMatch(/^\d+\.[1-9]\d*\.0$/);
});

test('a provider that is released beside a minor of the core keeps the range by which it names the core', () => {
  const { released, manifest } = rehearseRelease({ '@vk/node': 'minor', '@vk/provider-mock': 'patch' });
  expect(Object.keys(released).toSorted()).toEqual(['@vk/node', '@vk/provider-mock']);
  expect(manifest('@vk/provider-mock').peerDependencies?.['@vk/node']).toBe(mockRange);
});

test('a minor of the mock releases the mock only: the range of the command that carries it still fits', () => {
  expect(Object.keys(rehearseRelease({ '@vk/provider-mock': 'minor' }).released)).toEqual(['@vk/provider-mock']);
});

test('a patch of the mock releases the mock only', () => {
  expect(Object.keys(rehearseRelease({ '@vk/provider-mock': 'patch' }).released)).toEqual(['@vk/provider-mock']);
});

test('a major of the mock releases the command too, because its range does not fit any more', () => {
  expect(Object.keys(rehearseRelease({ '@vk/provider-mock': 'major' }).released).toSorted()).toEqual([
    '@vk/node-cli',
    '@vk/provider-mock',
  ]);
});

test('a major of the core releases whatever names it as a peer, with a new range', () => {
  const { released, manifest } = rehearseRelease({ '@vk/node': 'major' });
  expect(Object.keys(released)).toEqual(expect.arrayContaining(namingTheCoreAsPeer));
  expect(manifest('@vk/provider-mock').peerDependencies?.['@vk/node']).toBe(`^${released['@vk/node']}`);
});
