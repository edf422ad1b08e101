/** RFC 3339 with a fraction of a second. */
const fractionalTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d+Z$/;

/** When somebody looked, not what was found: no reason to write. */
const heartbeats = new Set(['lastProbeTime', 'lastHeartbeatTime']);

/**
 * A status as the API server shows it after a write: times in whole seconds (`metav1.Time`), empty texts that its types omit left
 * out. Without this, what was written would differ from what is shown, for ever. Heartbeat times are left out too.
 */
export function asShown<T>(value: T): T {
  return shown(value) as T;
}

function shown(value: unknown): unknown {
  if (typeof value === 'string') return value.endsWith('Z') ? value.replace(fractionalTime, '$1Z') : value;
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  // A loop, and no lists of entries: this runs over every status twice before each write.
  const fields: Record<string, unknown> = {};
  for (const name in value) {
    const field = (value as Readonly<Record<string, unknown>>)[name];
    if (heartbeats.has(name) || (field === '' && omittedWhenEmpty.has(name))) continue;
    fields[name] = typeof field === 'string' || typeof field === 'object' ? shown(field) : field;
  }
  return fields;
}

/** Fields that core/v1 marks `omitempty`, unlike `image` and `imageID`, which stay when they are empty. */
const omittedWhenEmpty = new Set(['reason', 'message', 'podIP', 'hostIP', 'containerID']);
