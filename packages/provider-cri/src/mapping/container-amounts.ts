import type { Container, Pod, ResourceRequirements } from '@vk/node/provider';

export interface ContainerAmounts {
  readonly total: bigint;
  /** There is no step at which something has none. */
  readonly everyOne: boolean;
}

/**
 * The most that the containers of a pod have of something at a time (KEP-753): all regular ones with the sidecars, or an init
 * container with the sidecars that were started before it.
 */
export function containerAmounts(
  { spec }: Pick<Pod, 'spec'>,
  of: (resources: ResourceRequirements) => bigint,
): ContainerAmounts {
  const amountOf = ({ resources }: Container): bigint => of(resources ?? {});
  let sidecars = 0n;
  const steps = (spec?.initContainers ?? []).map((container) => {
    const own = amountOf(container);
    if (container.restartPolicy !== 'Always') return sidecars + own;
    sidecars += own;
    return sidecars;
  });
  const regular = (spec?.containers ?? []).map(amountOf);
  const running = regular.reduce((sum, own) => sum + own, sidecars);
  return {
    total: steps.reduce((most, step) => (step > most ? step : most), running),
    everyOne: [...steps, ...regular].every((amount) => amount > 0n),
  };
}
