import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { ProbeOutcome } from '../machine/engine-action.ts';
import type { HttpTarget } from './probe-runner.ts';

const longestBody = 10 * 1024;
const mostRedirects = 10;

/** One answer, its body cut. */
export interface HttpAnswer {
  readonly status: number;
  readonly location?: string;
  readonly body: string;
}

/** Made with each request: nothing is kept open between probes. Certificates are not checked, as with the kubelet. */
export function httpGet(target: HttpTarget, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = target.scheme === 'https' ? httpsRequest : httpRequest;
    const sent = request({
      host: target.host,
      port: target.port,
      path: target.path,
      headers: headersOf(target),
      agent: false,
      rejectUnauthorized: false,
      signal,
    });
    sent.on('response', (response) => {
      readAnswer(response).then(resolve, reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part);
    length += part.length;
    if (length >= longestBody) break;
  }
  const { location } = response.headers;
  return {
    status: response.statusCode ?? 0,
    ...(location !== undefined && { location }),
    body: Buffer.concat(parts).subarray(0, longestBody).toString('utf8'),
  };
}

function headersOf({ headers, userAgent }: HttpTarget): Record<string, string | string[]> {
  const all: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    const known = all[name];
    if (known === undefined) all[name] = value;
    else all[name] = [...(typeof known === 'string' ? [known] : known), value];
  }
  const has = (wanted: string): boolean => headers.some(([name]) => name.toLowerCase() === wanted);
  if (!has('user-agent')) all['User-Agent'] = userAgent;
  if (!has('accept')) all['Accept'] = '*/*';
  return all;
}

/** 200 to 399 is a success; a redirect to another host is not followed and gives a warning. */
export async function probeHttp(target: HttpTarget, signal: AbortSignal): Promise<ProbeOutcome> {
  let current = target;
  for (let redirects = 0; ; redirects++) {
    const { status, location, body } = await httpGet(current, signal);
    if (status < 200 || status >= 400)
      return { result: 'failure', output: `HTTP probe failed with statuscode: ${status}` };
    if (status < 300 || location === undefined) return { result: 'success', output: body };
    const next = redirected(current, location);
    if (next === undefined) return { result: 'warning', output: `Probe terminated redirects, Response body: ${body}` };
    if (redirects === mostRedirects - 1)
      return { result: 'failure', output: `stopped after ${mostRedirects} redirects` };
    current = next;
  }
}

function redirected(from: HttpTarget, location: string): HttpTarget | undefined {
  const host = from.host.includes(':') ? `[${from.host}]` : from.host;
  const base = `${from.scheme}://${host}:${from.port}${from.path}`;
  if (!URL.canParse(location, base)) return undefined;
  const url = new URL(location, base);
  if (url.hostname !== new URL(base).hostname) return undefined;
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const port = url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port);
  return { ...from, scheme, port, path: `${url.pathname}${url.search}` };
}
