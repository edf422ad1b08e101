/** An option of a request: on by being there, unless it says `0` or `false`. */
export function readBoolean(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
}
