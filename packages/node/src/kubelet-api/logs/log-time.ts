const parts = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:[.,](\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)$/;

/** A time in the width in which the kubelet puts it before a line: nine digits after the seconds. Undefined for what is no RFC 3339. */
export function logTimestamp(time: string): string | undefined {
  const [, date, clock, fraction = '', zone] = parts.exec(time) ?? [];
  if (date === undefined || clock === undefined || zone === undefined) return undefined;
  return `${date}T${clock}.${fraction.padEnd(9, '0')}${zone.toUpperCase()}`;
}
