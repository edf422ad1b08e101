import { UndecodableObjectError } from './undecodable-object-error.ts';

type QuantityFormat = 'decimal' | 'binary' | 'exponent';

/** An amount of a resource, exact to a billionth as in the API (`resource.Quantity`). */
export interface Quantity {
  /** The amount in billionths. */
  nano: bigint;
  /** How the client wrote it, which the server keeps when it writes the amount again. */
  format: QuantityFormat;
}

const nanoPerUnit = 1_000_000_000n;
const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const binarySuffixes = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;
const quantityPattern = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d+)?$/;

/** What the API server says about a text that is no quantity. */
export const quantityFormatMessage =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** Rounds away from zero, as the server does with what it cannot hold. */
function divideRoundingUp(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor === 0n ? quotient : quotient + (value < 0n ? -1n : 1n);
}

function scale(digits: bigint, power: number): bigint {
  return power >= 0 ? digits * 10n ** BigInt(power) : divideRoundingUp(digits, 10n ** BigInt(-power));
}

/**
 * Reads a quantity such as `500m`, `1.5Gi`, `1e3` or the number 2.
 *
 * @throws UndecodableObjectError when the value is not a quantity.
 */
export function parseQuantity(value: unknown): Quantity {
  const text = typeof value === 'number' ? String(value) : value;
  const match = typeof text === 'string' && text.length < 100 ? quantityPattern.exec(text) : null;
  if (match === null) throw new UndecodableObjectError(quantityFormatMessage);
  const [, sign, whole = '', fractionAfterWhole, fractionAlone, suffix = ''] = match;
  const fraction = fractionAfterWhole ?? fractionAlone ?? '';
  const digits = BigInt(`${whole}${fraction}` || '0') * (sign === '-' ? -1n : 1n);
  const binary = (binarySuffixes as readonly string[]).indexOf(suffix);
  if (binary >= 0) {
    const nano = scale(digits * 1024n ** BigInt(binary + 1), 9 - fraction.length);
    return { nano, format: 'binary' };
  }
  const decimal = (decimalSuffixes as readonly string[]).indexOf(suffix);
  if (decimal >= 0) return { nano: scale(digits, decimal * 3 - fraction.length), format: 'decimal' };
  const exponent = Number(suffix.slice(1));
  if (Math.abs(exponent) > 60) throw new UndecodableObjectError(quantityFormatMessage);
  return { nano: scale(digits, 9 + exponent - fraction.length), format: 'exponent' };
}

function formatDecimal(nano: bigint, format: QuantityFormat): string {
  let mantissa = nano;
  let power = 0;
  while (power < 9 && mantissa % 1000n === 0n) {
    mantissa /= 1000n;
    power += 1;
  }
  if (format !== 'exponent') return `${mantissa}${decimalSuffixes[power] ?? ''}`;
  return power === 3 ? `${mantissa}` : `${mantissa}e${(power - 3) * 3}`;
}

/** The amount in the one way in which the API server writes it, for example `500m` for 0.5 and `1Gi` for 1024Mi. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0';
  const magnitude = nano < 0n ? -nano : nano;
  if (format !== 'binary' || magnitude < 1024n * nanoPerUnit || nano % nanoPerUnit !== 0n) {
    return formatDecimal(nano, format);
  }
  let mantissa = nano / nanoPerUnit;
  let power = 0;
  while (power < binarySuffixes.length && mantissa % 1024n === 0n) {
    mantissa /= 1024n;
    power += 1;
  }
  return `${mantissa}${power === 0 ? '' : (binarySuffixes[power - 1] ?? '')}`;
}

/** Whether the amount is a whole number of units. */
export function isWhole(quantity: Quantity): boolean {
  return quantity.nano % nanoPerUnit === 0n;
}

/** The same amount, rounded up to thousandths: the finest that the API keeps in a list of resources. */
export function roundedToMilli(quantity: Quantity): Quantity {
  return { nano: divideRoundingUp(quantity.nano, 1_000_000n) * 1_000_000n, format: quantity.format };
}
