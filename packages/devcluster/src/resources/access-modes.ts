import type { FieldCause } from '../registry/definition.ts';
import { forbidden, notSupported, required } from './field-errors.ts';

/** How a volume may be mounted. */
export type AccessMode = 'ReadWriteOnce' | 'ReadOnlyMany' | 'ReadWriteMany' | 'ReadWriteOncePod';

const abbreviations: readonly (readonly [AccessMode, string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];

/** The modes as kubectl shows them, for example `RWO,ROX`. */
export function accessModesText(modes: readonly AccessMode[] = []): string {
  return abbreviations
    .filter(([mode]) => modes.includes(mode))
    .map(([, text]) => text)
    .join(',');
}

/** What is wrong with the access modes of a claim or a volume. `whenMissing` is said when there are none. */
export function validateAccessModes(modes: readonly string[] = [], field: string, whenMissing = ''): FieldCause[] {
  if (modes.length === 0) return [required(field, whenMissing)];
  const known: readonly string[] = abbreviations.map(([mode]) => mode);
  const causes = modes
    .filter((mode) => !known.includes(mode))
    .map((mode) => notSupported(field, mode, [...known].sort()));
  const others = modes.some((mode) => mode !== 'ReadWriteOncePod' && known.includes(mode));
  if (modes.includes('ReadWriteOncePod') && others) {
    causes.push(forbidden(field, 'may not use ReadWriteOncePod with other access modes'));
  }
  return causes;
}

/** What is wrong with how a volume is consumed. */
export function validateVolumeMode(mode: string | undefined, field: string): FieldCause[] {
  const known = ['Block', 'Filesystem'];
  return mode === undefined || known.includes(mode) ? [] : [notSupported(field, mode, known)];
}
