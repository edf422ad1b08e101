import type { BareCase } from '../conformance-case.ts';
import { declarationCases } from './declarations.ts';
import { deletionCases } from './deletion.ts';
import { livenessCases } from './liveness.ts';
import { notificationCases } from './notifications.ts';
import { oneRunCases } from './one-run.ts';
import { ownershipCases } from './ownership.ts';
import { statusCases } from './status.ts';
import { unknownPodCases } from './unknown-pods.ts';

/** Every case against the provider alone, in the order of the promises. */
export const bareCases: readonly BareCase[] = [
  ...oneRunCases,
  ...ownershipCases,
  ...statusCases,
  ...notificationCases,
  ...declarationCases,
  ...unknownPodCases,
  ...deletionCases,
  ...livenessCases,
];
