import { describe, expect, it } from 'vitest';
import { nodeVersionProblem } from './node-version.ts';
import { ownPackage } from './own-package.ts';

describe('nodeVersionProblem', () => {
  it.each(['20.20.2', '22.18.9', '22.9.0', '21.99.99'])('says of Node.js %s that a newer one is needed', (running) => {
    expect(nodeVersionProblem(running, '>=22.19.0')).toBe(`Node.js 22.19.0 or newer is needed, and this is ${running}`);
  });

  it.each(['22.19.0', '22.19.1', '22.20.0', '24.0.0', '25.0.0-nightly20261101'])(
    'has nothing against %s',
    (running) => {
      expect(nodeVersionProblem(running, '>=22.19.0')).toBeUndefined();
    },
  );

  it('knows what the manifest of the command asks for', async () => {
    const { neededNode } = await ownPackage();
    expect(nodeVersionProblem('18.0.0', neededNode)).toContain('18.0.0');
    expect(nodeVersionProblem(process.versions.node, neededNode)).toBeUndefined();
  });
});
