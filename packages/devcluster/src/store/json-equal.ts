/** Whether two JSON values say the same; the order of keys does not count, and an undefined field is an absent one. */
export function jsonEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => jsonEqual(item, right[index]));
  }
  const first = left as Record<string, unknown>;
  const second = right as Record<string, unknown>;
  let fields = 0;
  for (const key in first) {
    if (first[key] === undefined) continue;
    fields += 1;
    if (!jsonEqual(first[key], second[key])) return false;
  }
  for (const key in second) if (second[key] !== undefined) fields -= 1;
  return fields === 0;
}
