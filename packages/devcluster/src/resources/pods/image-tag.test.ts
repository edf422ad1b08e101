import { describe, expect, it } from 'vitest';
import { defaultPullPolicy, imageTag } from './image-tag.ts';

describe('an image reference', () => {
  it.each([
    ['nginx', 'latest'],
    ['nginx:1.2', '1.2'],
    ['registry:5000/nginx', 'latest'],
    ['registry:5000/team/nginx:v1', 'v1'],
    ['nginx@sha256:abc', ''],
    ['nginx:latest@sha256:abc', 'latest'],
  ])('%s means the tag "%s"', (reference, tag) => {
    expect(imageTag(reference)).toBe(tag);
  });

  it('is pulled always only when it means latest', () => {
    expect(defaultPullPolicy('nginx')).toBe('Always');
    expect(defaultPullPolicy('nginx:1')).toBe('IfNotPresent');
    expect(defaultPullPolicy('nginx@sha256:abc')).toBe('IfNotPresent');
  });
});
