import { expect, it } from 'vitest';
import { matchesImage } from './registry-match.ts';

it.each([
  ['registry.example', 'registry.example/app:1'],
  ['https://registry.example/v1/', 'registry.example/app:1'],
  ['registry.example/team', 'registry.example/team/app@sha256:0'],
  ['*.example:5000', 'registry.example:5000/app'],
  ['https://index.docker.io/v1/', 'busybox'],
  ['docker.io', 'library/busybox'],
])('credentials for %s are meant for %s', (key, image) => {
  expect(matchesImage(key, image)).toBe(true);
});

it.each([
  ['registry.example', 'other.example/app'],
  ['registry.example', 'registry.example:5000/app'],
  ['registry.example/team', 'registry.example/teams/app'],
  ['*.example', 'a.b.example/app'],
  ['registry.example', 'registry.example.evil/app'],
])('credentials for %s are not sent for %s', (key, image) => {
  expect(matchesImage(key, image)).toBe(false);
});
