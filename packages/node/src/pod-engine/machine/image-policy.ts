import type { Container } from '../../provider/wire.ts';

export type ImagePullPolicy = 'Always' | 'IfNotPresent' | 'Never';

/** The container's policy. The API server fills it in; without it the rule is the API's: Always for `latest` and no tag. */
export function imagePullPolicy({ imagePullPolicy: policy, image = '' }: Container): ImagePullPolicy {
  if (policy === 'Always' || policy === 'IfNotPresent' || policy === 'Never') return policy;
  if (image.includes('@')) return 'IfNotPresent';
  const tag = /:([^/:]+)$/u.exec(image)?.[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}
