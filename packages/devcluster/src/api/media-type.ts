/** One alternative of an Accept header, or a Content-Type. */
export interface MediaType {
  type: string;
  parameters: Readonly<Record<string, string>>;
  quality: number;
}

function parseOne(text: string): MediaType {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters: Record<string, string> = {};
  for (const part of rest) {
    const [key = '', value = ''] = part.split('=', 2);
    parameters[key.trim().toLowerCase()] = value.trim().replaceAll('"', '');
  }
  const quality = Number(parameters['q'] ?? '1');
  return { type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 1 : quality };
}

/** The alternatives of an Accept header, the most wanted first; a missing header accepts anything. */
export function parseAccept(header: string | undefined): MediaType[] {
  const types = (header ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(parseOne);
  if (types.length === 0) return [{ type: '*/*', parameters: {}, quality: 1 }];
  return types.sort((left, right) => right.quality - left.quality);
}

/** The media type of a body; a missing header counts as JSON. */
export function parseContentType(header: string | undefined): string {
  return parseOne(header === undefined || header === '' ? 'application/json' : header).type;
}

export function acceptsJson(type: MediaType): boolean {
  return type.type === 'application/json' || type.type === '*/*' || type.type === 'application/*';
}
