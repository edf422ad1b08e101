import { formatTime } from '../clock.ts';
import type { KubeObject, ResourceDefinition } from '../registry/definition.ts';
import type { UserInfo } from '../registry/registry.ts';
import { badRequest } from '../status/errors.ts';
import type { ReviewContext } from './review-context.ts';
import { reviewDefinition } from './review-definition.ts';

const group = 'authentication.k8s.io';

interface TokenReview extends KubeObject {
  spec?: { token?: string; audiences?: string[] };
  status?: object;
}

/** A user as `authentication.k8s.io/v1` UserInfo. */
function shownUser({ name, uid, groups, extra }: UserInfo): object {
  return {
    username: name,
    ...(uid === undefined ? {} : { uid }),
    groups: [...groups],
    ...(extra === undefined ? {} : { extra }),
  };
}

function reviewToken(object: KubeObject, { tokens }: ReviewContext): void {
  const review = object as TokenReview;
  const { token = '', audiences = [] } = review.spec ?? {};
  if (token === '') throw badRequest('token is required for TokenReview in authentication');
  const found = tokens.authenticate(token, audiences);
  review.status =
    'error' in found
      ? { error: found.error }
      : { authenticated: true, user: shownUser(found.user), audiences: [...found.audiences] };
}

/** TokenReviews: whose token it is. */
export const tokenReviews: ResourceDefinition = reviewDefinition(group, 'TokenReview', { review: reviewToken });

/** SelfSubjectReviews: who asks. */
export const selfSubjectReviews: ResourceDefinition = reviewDefinition(group, 'SelfSubjectReview', {
  review: (object, { user, now }) => {
    object.metadata = { creationTimestamp: formatTime(now) } as KubeObject['metadata'];
    object['status'] = { userInfo: shownUser(user) };
  },
});
