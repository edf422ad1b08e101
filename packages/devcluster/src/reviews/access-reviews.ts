import { authorize } from '../authorization/authorize.ts';
import { rulesOf } from '../authorization/rules-of.ts';
import type { FieldCause, KubeObject, ResourceDefinition } from '../registry/definition.ts';
import type { UserInfo } from '../registry/registry.ts';
import { invalid as invalidField } from '../resources/field-errors.ts';
import { badRequest, invalid } from '../status/errors.ts';
import { type AccessQuestion, askedAccess, validateQuestion } from './access-question.ts';
import type { ReviewContext } from './review-context.ts';
import { reviewDefinition } from './review-definition.ts';

const group = 'authorization.k8s.io';

function validateMetadata({ metadata, kind }: KubeObject): FieldCause[] {
  const { namespace, ...rest } = metadata as Partial<KubeObject['metadata']>;
  const isLocal = kind === 'LocalSubjectAccessReview';
  const isEmpty = Object.values(rest).every((value) => !value) && (isLocal || namespace === undefined);
  if (isEmpty) return [];
  const why = isLocal ? 'must be empty except for namespace' : 'must be empty';
  return [invalidField('metadata', metadata, why)];
}

function validateLocal(spec: AccessQuestion, namespace: string): FieldCause[] {
  const causes: FieldCause[] = [];
  const asked = spec.resourceAttributes?.namespace ?? '';
  if (spec.resourceAttributes !== undefined && asked !== namespace) {
    causes.push(invalidField('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace'));
  }
  if (spec.nonResourceAttributes !== undefined) {
    const why = 'disallowed on this kind of request';
    causes.push(invalidField('spec.nonResourceAttributes', spec.nonResourceAttributes, why));
  }
  return causes;
}

function answer(object: KubeObject, context: ReviewContext, who: (spec: AccessQuestion) => UserInfo): void {
  const spec = (object['spec'] ?? {}) as AccessQuestion;
  const { kind } = object;
  const isLocal = kind === 'LocalSubjectAccessReview';
  const causes = [
    ...validateQuestion(spec, kind === 'SelfSubjectAccessReview'),
    ...validateMetadata(object),
    ...(isLocal ? validateLocal(spec, context.namespace ?? '') : []),
  ];
  if (causes.length > 0) throw invalid({ group, kind: '', name: '' }, causes);
  const { allowed, reason } = authorize(context.reader, who(spec), askedAccess(spec));
  object['status'] = { allowed, ...(reason === '' ? {} : { reason }) };
}

function namedUser({ user = '', groups = [], uid, extra }: AccessQuestion): UserInfo {
  return { name: user, groups, ...(uid === undefined ? {} : { uid }), ...(extra === undefined ? {} : { extra }) };
}

/** SubjectAccessReviews: whether somebody may do something. */
export const subjectAccessReviews: ResourceDefinition = reviewDefinition(group, 'SubjectAccessReview', {
  review: (object, context) => answer(object, context, namedUser),
});

/** LocalSubjectAccessReviews: the same in one namespace. */
export const localSubjectAccessReviews: ResourceDefinition = reviewDefinition(group, 'LocalSubjectAccessReview', {
  namespaced: true,
  review: (object, context) => {
    const { namespace } = object.metadata;
    if (namespace !== undefined && namespace !== context.namespace) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    }
    object.metadata.namespace = context.namespace ?? '';
    answer(object, context, namedUser);
  },
});

/** SelfSubjectAccessReviews: whether the one who asks may do something. */
export const selfSubjectAccessReviews: ResourceDefinition = reviewDefinition(group, 'SelfSubjectAccessReview', {
  review: (object, context) => answer(object, context, () => context.user),
});

/** SelfSubjectRulesReviews: what the one who asks may do in a namespace. */
export const selfSubjectRulesReviews: ResourceDefinition = reviewDefinition(group, 'SelfSubjectRulesReview', {
  review: (object, { reader, user }) => {
    const { namespace = '' } = (object['spec'] ?? {}) as { namespace?: string };
    if (namespace === '') throw badRequest('no namespace on request');
    const { resourceRules, nonResourceRules, incomplete, evaluationError } = rulesOf(reader, user, namespace);
    object['spec'] = {};
    object['status'] = {
      resourceRules,
      nonResourceRules,
      incomplete,
      ...(evaluationError === '' ? {} : { evaluationError }),
    };
  },
});
