import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { PreparedRequest, RawAnswer, Send } from './run-case.ts';

export interface Endpoint {
  url: string;
  /** PEM; for https. */
  caCertificate?: string;
  token?: string;
}

function warningsOf(response: IncomingMessage): string[] {
  const { rawHeaders } = response;
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'warning');
}

/** Reads a whole body, or so many lines of a watch and then leaves. */
async function readText(response: IncomingMessage, lines: number | undefined): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response as AsyncIterable<string>) {
    text += chunk;
    if (lines === undefined || response.statusCode !== 200) continue;
    const complete = text.split('\n').slice(0, -1);
    if (complete.length >= lines) return complete.slice(0, lines).join('\n');
  }
  return text;
}

/** Sends requests to an API server at an address, one connection for each. */
export function sendTo(endpoint: Endpoint): Send {
  return async ({ method, path, headers, body, events }: PreparedRequest): Promise<RawAnswer> => {
    const authorization = endpoint.token === undefined ? {} : { authorization: `Bearer ${endpoint.token}` };
    const start = endpoint.url.startsWith('https:') ? httpsRequest : httpRequest;
    // Without it Node.js frames no body of a DELETE.
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = {
      method,
      headers: { ...headers, ...length, ...authorization },
      ca: endpoint.caCertificate,
      agent: false,
    };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = start(new URL(path, endpoint.url), options, resolve);
      request.once('error', reject);
      request.end(body);
    });
    const text = await readText(response, events);
    response.destroy();
    return {
      status: response.statusCode ?? 0,
      contentType: response.headers['content-type'] ?? '',
      warnings: warningsOf(response),
      text,
    };
  };
}
