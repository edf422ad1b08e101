import type { RequestUser } from '../request-access.ts';

/** What a way to say who one is came to. */
export type Authentication =
  | { readonly kind: 'user'; readonly user: RequestUser }
  /** Nothing of that kind came with the request. */
  | { readonly kind: 'absent' }
  /** It came, and it does not hold. The reason is for the log; it names no secret. */
  | { readonly kind: 'refused'; readonly reason: string };
