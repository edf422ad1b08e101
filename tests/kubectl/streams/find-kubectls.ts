import { accessSync, constants } from 'node:fs';
import { delimiter } from 'node:path';
import { findKubectl } from '../../cluster/find-binaries.ts';
import { kubectlVersion } from '../kubectl-version.ts';

/** One kubectl and its version. */
export interface NamedKubectl {
  readonly program: string;
  readonly version: string;
}

/** The environment variable that names further ones, by path, for example of older versions: they speak other protocols. */
const furtherVariable = 'VK_TEST_KUBECTLS';

/** The kubectl on the PATH, and those that `VK_TEST_KUBECTLS` names. */
export function findKubectls(): NamedKubectl[] {
  const onPath = findKubectl();
  const further = (process.env[furtherVariable] ?? '').split(delimiter).filter((path) => path !== '');
  const programs = [...('found' in onPath ? [onPath.found] : []), ...further];
  return programs.map((program) => {
    accessSync(program, constants.X_OK);
    return { program, version: kubectlVersion(program) };
  });
}
