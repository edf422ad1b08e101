import { expect, it } from 'vitest';
import { nestedMountPoints } from './nested-mount-points.ts';

it('A volume has a directory for each other volume that is mounted right below it, in any container', () => {
  const spec = {
    initContainers: [
      {
        name: 'init',
        volumeMounts: [
          { name: 'v', mountPath: '/v' },
          { name: 'w', mountPath: '/v/first' },
        ],
      },
    ],
    containers: [
      {
        name: 'app',
        volumeMounts: [
          { name: 'v', mountPath: '/dir/' },
          { name: 'w', mountPath: '/dir/nested' },
          { name: 'w', mountPath: '/dir/nested/double' },
          { name: 'w', mountPath: '/dir/nested-vol/x' },
          { name: 'w', mountPath: '/dir2' },
        ],
      },
      { name: 'other', volumeMounts: [{ name: 'w', mountPath: '/dir/unseen' }] },
    ],
  };
  expect(nestedMountPoints({ spec }, 'v').sort()).toEqual(['first', 'nested', 'nested-vol/x']);
  expect(nestedMountPoints({ spec }, 'w')).toEqual(['double']);
});
