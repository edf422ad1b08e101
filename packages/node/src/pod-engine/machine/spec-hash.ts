import { createHash } from 'node:crypto';
import type { Container } from '../../provider/wire.ts';

/** What makes a running container another one when it changes. The API lets nothing else change but resources, which are applied in place. */
export function containerSpecHash({ name, image }: Container): string {
  return createHash('sha256')
    .update(JSON.stringify([name, image ?? '']))
    .digest('hex')
    .slice(0, 16);
}

/** Resources in a form that can be compared and kept: sorted, without what is empty. */
export function resourcesJson({ resources }: Container): string {
  const sorted = (list: Readonly<Record<string, string>> | undefined): [string, string][] =>
    Object.entries(list ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({ requests: sorted(resources?.requests), limits: sorted(resources?.limits) });
}
