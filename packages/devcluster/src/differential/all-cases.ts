import { accessCases } from './access-cases.ts';
import type { Case } from './case.ts';
import { certificateCases } from './certificate-cases.ts';
import { listCases } from './list-cases.ts';
import { nodeCases } from './node-cases.ts';
import { objectCases } from './object-cases.ts';
import { resourceCases } from './resource-cases.ts';

export const allCases: readonly Case[] = [
  ...objectCases,
  ...listCases,
  ...resourceCases,
  ...accessCases,
  ...nodeCases,
  ...certificateCases,
];

/** The recorded answers: of each case by name, one for each step. */
export interface Recording {
  /** What answered, for example `kube-apiserver v1.36.3`. */
  source: string;
  cases: Record<string, unknown[]>;
}
