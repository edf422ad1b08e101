import type { UserInfo } from '../registry/registry.ts';
import type { Pod } from '../resources/pods/pod-types.ts';
import type { Access, Decision, PolicyReader, ResourceAccess } from './access.ts';
import { nodeIdentity } from './node-identity.ts';
import { podReferences, type ReferencedPlural } from './pod-references.ts';
import type { RoleObject } from './policy-types.ts';
import { ruleAllows } from './rule-allows.ts';

const allowed: Decision = { allowed: true, reason: '' };

function refused(reason = ''): Decision {
  return { allowed: false, reason };
}

interface Question {
  reader: PolicyReader;
  node: string;
  access: ResourceAccess;
}

function isRelated({ reader, node, access }: Question, plural: ReferencedPlural, name: string): boolean {
  const pods = reader.list('pods', access.namespace) as readonly Pod[];
  return pods.some((pod) => pod.spec.nodeName === node && podReferences(pod, plural, name));
}

/** Whether the node knows the object that is asked for, by itself or by one of its pods. */
function byRelation(question: Question): Decision {
  const { reader, node, access } = question;
  const { resource, namespace, name } = access;
  if (name === '') return refused('No Object name found');
  const isKnown = (): boolean => {
    switch (resource) {
      case 'pods':
        return (reader.get('pods', namespace, name) as Pod | undefined)?.spec.nodeName === node;
      case 'persistentvolumes': {
        const volume = reader.get('persistentvolumes', undefined, name);
        const claim = (volume?.['spec'] as { claimRef?: { namespace?: string; name?: string } } | undefined)?.claimRef;
        if (claim?.name === undefined) return false;
        const inside = { ...question, access: { ...access, namespace: claim.namespace ?? '' } };
        return isRelated(inside, 'persistentvolumeclaims', claim.name);
      }
      default:
        return isRelated(question, resource as ReferencedPlural, name);
    }
  };
  return isKnown() ? allowed : refused(`no relationship found between node '${node}' and this object`);
}

function byGet(question: Question): Decision {
  if (question.access.verb !== 'get') return refused('can only get individual resources of this type');
  if (question.access.subresource !== '') return refused('cannot get subresource');
  return byRelation(question);
}

function byRead(question: Question): Decision {
  const { verb, subresource, namespace } = question.access;
  if (!['get', 'list', 'watch'].includes(verb)) return refused('can only read resources of this type');
  if (subresource !== '') return refused('cannot read subresource');
  if (namespace === '') return refused('can only read namespaced object of this type');
  return byRelation(question);
}

function onServiceAccounts(question: Question): Decision {
  const { verb, subresource, name } = question.access;
  if (verb === 'get' && subresource === '') return byRead(question);
  if (verb !== 'create' || name === '') return refused('can only create tokens for individual service accounts');
  if (subresource !== 'token') return refused('can only create token subresource of serviceaccount');
  return byRelation(question);
}

function onLeases({ node, access }: Question): Decision {
  if (!['get', 'create', 'update', 'patch', 'delete'].includes(access.verb)) {
    return refused('can only get, create, update, patch, or delete a node lease');
  }
  if (access.namespace !== 'kube-node-lease') {
    return refused('can only access leases in the "kube-node-lease" system namespace');
  }
  if (access.verb === 'create' || access.name === node) return allowed;
  return refused('can only access node lease with the same name as the requesting node');
}

function onNodes({ node, access }: Question): Decision {
  const { verb, subresource, name } = access;
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? allowed : refused();
  if (subresource !== '') return refused();
  if (['create', 'update', 'patch'].includes(verb)) return allowed;
  if (!['get', 'list', 'watch'].includes(verb)) return refused();
  if (name === node) return allowed;
  if (name === '') return refused(`node '${node}' cannot read all nodes, only its own Node object`);
  return refused(`node '${node}' cannot read '${name}', only its own Node object`);
}

function onPods(question: Question): Decision {
  const { node, access } = question;
  const { verb, subresource } = access;
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? allowed : refused();
  if (subresource === 'eviction') return verb === 'create' ? allowed : refused();
  if (subresource !== '') return refused();
  switch (verb) {
    case 'get':
      return byGet(question);
    case 'list':
    case 'watch':
      if (access.fields.get('spec.nodeName') === node) return allowed;
      if (access.name !== '') return byRelation(question);
      return refused('can only list/watch pods with spec.nodeName field selector');
    case 'create':
    case 'delete':
      return allowed;
    default:
      return refused();
  }
}

function onClaims(question: Question): Decision {
  const { verb, subresource } = question.access;
  if (subresource !== 'status') return byGet(question);
  if (verb !== 'update' && verb !== 'patch') return refused('can only get/update/patch this type');
  return byRelation(question);
}

const rules: Readonly<Record<string, (question: Question) => Decision>> = {
  '/secrets': byRead,
  '/configmaps': byRead,
  '/persistentvolumeclaims': onClaims,
  '/persistentvolumes': byGet,
  '/serviceaccounts': onServiceAccounts,
  'coordination.k8s.io/leases': onLeases,
  '/nodes': onNodes,
  '/pods': onPods,
};

/**
 * Decides for the users that are nodes: what belongs to the node itself and to the pods that are bound to it, and for
 * everything else what the ClusterRole `system:node` says. Undefined for a user that is no node.
 */
export function authorizeNode(reader: PolicyReader, user: UserInfo, access: Access): Decision | undefined {
  const node = nodeIdentity(user);
  if (node === undefined) return undefined;
  if (node === '') return refused(`unknown node for user ${JSON.stringify(user.name)}`);
  const rule = access.kind === 'resource' ? rules[`${access.group}/${access.resource}`] : undefined;
  if (rule !== undefined && access.kind === 'resource') return rule({ reader, node, access });
  const role: RoleObject | undefined = reader.get('clusterroles', undefined, 'system:node');
  return role?.rules?.some((one) => ruleAllows(one, access)) ? allowed : refused();
}
