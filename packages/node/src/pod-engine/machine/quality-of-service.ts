import { parseQuantity, roundedUp } from '../../environment/quantity.ts';
import type { Container, Pod } from '../../provider/wire.ts';

export type QualityOfService = 'Guaranteed' | 'Burstable' | 'BestEffort';

const counted = ['cpu', 'memory'] as const;

/** The class that the API server gave the pod, else what its requests and limits make of it. */
export function qualityOfService({ spec, status }: Pod): QualityOfService {
  const given = status?.qosClass;
  if (given === 'Guaranteed' || given === 'Burstable' || given === 'BestEffort') return given;
  const whole = { name: '', ...(spec?.resources !== undefined && { resources: spec.resources }) };
  const containers = counted.every((name) => isUnset(whole, name))
    ? [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]
    : [whole];
  if (containers.every((container) => counted.every((name) => isUnset(container, name)))) return 'BestEffort';
  return containers.every((container) => counted.every((name) => isGuaranteed(container, name)))
    ? 'Guaranteed'
    : 'Burstable';
}

function isUnset({ resources }: Container, name: string): boolean {
  return isZero(resources?.requests?.[name]) && isZero(resources?.limits?.[name]);
}

function isGuaranteed({ resources }: Container, name: string): boolean {
  const limit = resources?.limits?.[name];
  return !isZero(limit) && milliValue(resources?.requests?.[name] ?? limit) === milliValue(limit);
}

function isZero(quantity: string | undefined): boolean {
  return (milliValue(quantity) ?? 0n) === 0n;
}

function milliValue(text: string | undefined): bigint | undefined {
  const quantity = text === undefined ? undefined : parseQuantity(text);
  return quantity && roundedUp(quantity, 1000n);
}
