import type { Pod } from '@vk/node/provider';
import { containerAmounts } from './container-amounts.ts';
import { pageSizeName } from './page-size.ts';
import { wholeValue } from './quantity.ts';

/** How much of the huge pages of one size, as the kernel writes it (`2MB`), in bytes. */
export interface HugePageLimit {
  readonly pageSize: string;
  readonly limit: bigint;
}

const prefix = 'hugepages-';

/** A size of the host that is not asked for is limited to none. */
export function hugePageLimits(
  limits: Readonly<Record<string, string>>,
  sizesOfHost: readonly string[],
): HugePageLimit[] {
  const asked = new Map(
    Object.entries(limits)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, quantity]) => [kernelName(name), wholeValue(quantity) ?? 0n]),
  );
  return [...new Set([...sizesOfHost, ...asked.keys()])].map((pageSize) => ({
    pageSize,
    limit: asked.get(pageSize) ?? 0n,
  }));
}

/** Those of a pod as a whole: its own, else what its containers have together. */
export function podHugePageLimits({ spec }: Pick<Pod, 'spec'>, sizesOfHost: readonly string[]): HugePageLimit[] {
  const whole = spec?.resources?.limits ?? {};
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const names = containers.flatMap(({ resources }) => Object.keys(resources?.limits ?? {}));
  const sums = [...new Set(names)].map((name) => {
    const { total } = containerAmounts({ spec }, ({ limits }) => wholeValue(limits?.[name]) ?? 0n);
    return [name, String(total)] as const;
  });
  return hugePageLimits({ ...Object.fromEntries(sums), ...whole }, sizesOfHost);
}

function kernelName(resource: string): string {
  return pageSizeName(wholeValue(resource.slice(prefix.length)) ?? 0n);
}
