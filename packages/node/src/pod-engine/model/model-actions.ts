import type { ActionKind } from '../machine/engine-action.ts';

/** What makes a call obsolete that is under way. */
export const overtaking: Readonly<Partial<Record<ActionKind, string>>> = {
  'create-sandbox': 'resources of the pod',
  'inspect-image': 'image',
  'pull-image': 'image',
  'update-resources': 'resources',
  'update-pod-resources': 'resources of the pod',
};

/** After them it is known what the runtime has made or started. */
export const telling: ReadonlySet<ActionKind> = new Set(['create-sandbox', 'create-container', 'start-container']);

/** What a runtime may do long after nobody waits for it any more. */
export const lasting: ReadonlySet<ActionKind> = new Set([
  ...telling,
  'stop-sandbox',
  'remove-sandbox',
  'stop-container',
  'remove-container',
]);

/** After them only a listing tells what the runtime has. */
export const untold: ReadonlySet<ActionKind> = new Set([
  'stop-sandbox',
  'remove-sandbox',
  'stop-container',
  'remove-container',
]);
