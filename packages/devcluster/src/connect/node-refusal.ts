import type { IncomingMessage } from 'node:http';
import { ApiError } from '../status/api-error.ts';
import { badRequest, internalError } from '../status/errors.ts';

/** What is read of an answer that is a refusal. */
const refusalBytes = 50_000;

export async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= refusalBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, refusalBytes).toString('utf8');
}

interface Wording {
  reason: string;
  message: string;
}

/** By status, what the API server says of an answer that it does not understand. */
const wordings: Readonly<Record<number, Wording>> = {
  401: { reason: 'Unauthorized', message: 'the server has asked for the client to provide credentials' },
  404: { reason: 'NotFound', message: 'the server could not find the requested resource' },
  405: {
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
  },
  409: { reason: 'Conflict', message: 'the server reported a conflict' },
  422: { reason: 'Invalid', message: 'the server rejected our request due to an error in our request' },
  429: {
    reason: 'TooManyRequests',
    message: 'the server has received too many requests and has asked us to try again later',
  },
  503: { reason: 'ServiceUnavailable', message: 'the server is currently unable to handle the request' },
  504: {
    reason: 'Timeout',
    message: 'the server was unable to return a response in the time allotted, but may still be processing the request',
  },
};

function wordingOf(code: number, text: string): Wording {
  const known = wordings[code];
  if (known !== undefined) return known;
  if (code === 403) return { reason: 'Forbidden', message: text };
  if (code === 406) return { reason: 'NotAcceptable', message: text };
  if (code === 415) return { reason: 'UnsupportedMediaType', message: text };
  if (code < 500) {
    return {
      reason: '',
      message: `the server responded with the status code ${code} but did not return more information`,
    };
  }
  return {
    reason: 'InternalError',
    message: `an error on the server (${JSON.stringify(text)}) has prevented the request from succeeding`,
  };
}

/** A node's refusal of the logs of a pod, as the API server words it. */
export function logRefusal(code: number, text: string, podName: string): ApiError {
  if (code === 500) return internalError(text);
  if (code === 400) return badRequest(text);
  const { reason, message } = wordingOf(code, text);
  return new ApiError({
    code,
    reason,
    message: `${message} ( pods/log ${podName})`,
    details: { name: podName, kind: 'pods/log' },
  });
}
