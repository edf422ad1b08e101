import { parseQuantity, roundedUp } from '@vk/node/pod-engine';

/**
 * A Kubernetes quantity in thousandths, rounded up as the API machinery does: `250m` is 250, `1Ki` is 1024000. Undefined for
 * what is no quantity.
 */
export function milliValue(quantity: string | undefined): bigint | undefined {
  return valueIn(1000n, quantity);
}

/** A quantity in whole units, rounded up. */
export function wholeValue(quantity: string | undefined): bigint | undefined {
  return valueIn(1n, quantity);
}

function valueIn(scale: bigint, quantity: string | undefined): bigint | undefined {
  const parsed = quantity === undefined ? undefined : parseQuantity(quantity);
  return parsed === undefined ? undefined : roundedUp(parsed, scale);
}
