/** The path and query that a request asks for. */
export interface RequestTarget {
  /** Decoded; none is empty, `.` or `..`, or has a slash in it. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/** Segments of RFC 3986: letters, digits, `-._~!$&'()*+,;=:@` and encoded bytes. */
const wellFormed = /^(?:\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})*)+$/;

/**
 * Reads the target of a request line. Nothing is normalised: two spellings of one path would be authorised as one thing and
 * served as another. Undefined for a path that is not spelled plainly: an encoded slash, a dot segment, an empty segment.
 */
export function readRequestTarget(url: string): RequestTarget | undefined {
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  if (!wellFormed.test(path)) return undefined;
  const written = path.slice(1).split('/');
  // `/pods/` is what `/pods` is.
  if (written.length > 1 && written.at(-1) === '') written.pop();
  const segments = written.map(decoded);
  if (!segments.every(isPlain)) return path === '/' ? { segments: [], query: new URLSearchParams() } : undefined;
  return { segments, query: new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1)) };
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function isPlain(segment: string | undefined): segment is string {
  return segment !== undefined && !['', '.', '..'].includes(segment) && !/[/\\\p{Cc}]/u.test(segment);
}
