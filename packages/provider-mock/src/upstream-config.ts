const upstreamKeys: readonly string[] = ['cpu', 'memory', 'pods', 'others', 'providerID'];

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * True for the JSON config of the Go project's mock: an object keyed by node name whose sections hold `cpu`, `memory`,
 * `pods`, `others` and `providerID` and nothing else. A key of our own at the top means that it is ours.
 */
export function isUpstreamConfig(config: unknown, ownKeys: readonly string[]): boolean {
  if (!isObject(config)) return false;
  const sections = Object.entries(config);
  return (
    sections.length > 0 &&
    sections.every(
      ([name, section]) =>
        !ownKeys.includes(name) &&
        isObject(section) &&
        Object.keys(section).length > 0 &&
        Object.keys(section).every((key) => upstreamKeys.includes(key)),
    )
  );
}
