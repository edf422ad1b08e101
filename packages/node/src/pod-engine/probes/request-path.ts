/**
 * Path and query of a probe or a hook as they go over the wire. The spec takes any text: what may not stand in a request is
 * written with percent signs, and a fragment is left out. An escape that is none makes the whole text the path.
 *
 * Source of the rule: the kubelet (`formatURL` and Go's `net/url`).
 */
export function requestPath(text: string): string {
  const [reference = ''] = text.split('#', 1);
  const [path = ''] = reference.split('?', 1);
  const query = reference.slice(path.length);
  const absolute = (part: string): string => (part.startsWith('/') ? part : `/${part}`);
  if (hasBadEscape(path) || hasControl(text)) {
    return absolute(escaped(text.replaceAll('%', '%25'), /[^\u0021-\u007e]|["#<>?\\^`{|}]/gu));
  }
  return absolute(escaped(path, /[^\u0021-\u007e]|["<>\\^`{|}]/gu)) + escaped(query, /[^\u0021-\u007e]/gu);
}

function escaped(text: string, pattern: RegExp): string {
  return text.toWellFormed().replaceAll(pattern, encodeURIComponent);
}

function hasBadEscape(path: string): boolean {
  return /%(?![\da-f]{2})/iu.test(path);
}

function hasControl(text: string): boolean {
  return Buffer.from(text).some((byte) => byte < 0x20 || byte === 0x7f);
}
