import { createHash } from 'node:crypto';
import type { Container } from '../../provider/wire.ts';

/** What makes a running container another one when it changes. The API lets nothing else change but resources, which are applied in place. */
export function containerSpecHash({ name, image }: Container): string {
  return createHash('sha256')
    .update(JSON.stringify([name, image ?? '']))
    .digest('hex')
    .slice(0, 16);
}
