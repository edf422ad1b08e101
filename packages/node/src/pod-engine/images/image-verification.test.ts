import { describe, expect, it } from 'vitest';
import { allowlistPatternProblem, isVerified, type ImageVerificationPolicy } from './image-verification.ts';

describe('a pod has to show that it could have pulled an image', () => {
  it.each<[ImageVerificationPolicy, boolean, boolean]>([
    ['NeverVerify', false, false],
    ['NeverVerifyPreloadedImages', false, true],
    ['NeverVerifyAllowlistedImages', true, true],
    ['AlwaysVerify', true, true],
  ])('under %s: of one that was there before %s, of one that was pulled for a pod %s', (policy, preloaded, pulled) => {
    expect([isVerified('app:1', false, { policy }), isVerified('app:1', true, { policy })]).toEqual([
      preloaded,
      pulled,
    ]);
  });

  it.each([
    ['registry.example/app:1', 'registry.example/app', false],
    ['registry.example/app@sha256:00', 'registry.example/app', false],
    ['registry.example:5000/app', 'registry.example:5000/app', false],
    ['registry.example/application:1', 'registry.example/app', true],
    ['registry.example/team/app:1', 'registry.example/*', false],
    ['registry.example/team/app:1', 'registry.example/team/*', false],
    ['registry.example/teams/app:1', 'registry.example/team/*', true],
    ['registry.example.net/app:1', 'registry.example/*', true],
  ])('of %s where the list has %s: %s', (image, pattern, expected) => {
    const verification = { policy: 'NeverVerifyAllowlistedImages', allowlist: ['other', pattern] } as const;
    expect([isVerified(image, false, verification), isVerified(image, true, verification)]).toEqual([
      expected,
      expected,
    ]);
  });
});

describe('an entry of the list of images', () => {
  it.each([
    'app',
    'registry.example/app',
    'registry.example:5000/app',
    'registry.example/*',
    'registry.example/team/*',
  ])('may be %s', (pattern) => {
    expect(allowlistPatternProblem(pattern)).toBeUndefined();
  });

  it.each(['', ' app', 'app ', '/*', '*', 'registry.example/a*', '*/app', 'reg*/team/*', 'app:1', 'app@sha256:00'])(
    'may not be "%s"',
    (pattern) => {
      expect(allowlistPatternProblem(pattern)).toMatch(/^m/u);
    },
  );
});
