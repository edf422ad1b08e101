type JsonRecord = Record<string, unknown>;

export function isJsonRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 7396. Neither argument is changed; the answer may share parts with both. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonRecord(patch)) return patch;
  const result: JsonRecord = isJsonRecord(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = applyMergePatch(result[key], value);
  }
  return result;
}
