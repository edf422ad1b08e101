import type { BackendRetention, Provider } from '@vk/node/provider';
import type { Requirement } from './conformance-case.ts';
import type { PodTemplates } from './conformance-options.ts';

/** What there is to be tested. */
export interface Offer {
  readonly provider: Provider;
  readonly retention: BackendRetention;
  readonly templates: PodTemplates;
}

/** Those of a case's requirements that are not met. */
export function unmetRequirements(requires: readonly Requirement[], offer: Offer): Requirement[] {
  return requires.filter((requirement) => !isMet(requirement, offer));
}

function isMet(requirement: Requirement, { provider, retention, templates }: Offer): boolean {
  if (requirement === 'durable backend') return retention !== 'dies-with-process';
  if (requirement === 'pods.finishing') return templates.finishing !== undefined;
  if (requirement === 'pods.refused') return templates.refused !== undefined;
  return typeof provider[requirement] === 'function';
}
