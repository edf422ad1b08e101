import type { SchemaNode } from '../schema/schema-node.ts';
import { decodeProtobuf } from '../schema/decode-protobuf.ts';
import { UndecodableObjectError } from '../resources/undecodable-object-error.ts';
import { badRequest, unsupportedBody } from '../status/errors.ts';
import type { ApiRequest } from './api-request.ts';
import { goJsonError } from './go-json-error.ts';
import { parseContentType } from './media-type.ts';

/** The forms in which a client may send an object; the message names YAML too, as the API server's does. */
const accepted = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** A request's body, read but not yet judged. */
export interface ReadDocument {
  value: unknown;
  /** The JSON text, where the client sent JSON. */
  text: string | undefined;
}

/** The start of the body as the server shows it: as text, or as hexadecimal when it is not an object. */
export function shownBytes(text: string): string {
  const bytes = Buffer.from(text);
  if (text.trimStart().startsWith('{')) return text.length > 1024 ? `${text.slice(0, 1024)} ...` : text;
  return bytes.length > 1024 ? `${bytes.subarray(0, 1024).toString('hex')} ...` : bytes.toString('hex');
}

/** Reads a body of JSON or protobuf that holds an object of the kind. Throws ApiError (400, 413, 415). */
export async function readDocument(
  request: ApiRequest,
  expected: { kind: string; schema: SchemaNode },
): Promise<ReadDocument> {
  const type = parseContentType(request.headers['content-type']);
  const prefix = `the object provided is unrecognized (must be of type ${expected.kind}): couldn't get version/kind`;
  if (type === 'application/vnd.kubernetes.protobuf') {
    try {
      return { value: decodeProtobuf(await request.body(), expected.schema), text: undefined };
    } catch (error) {
      if (error instanceof UndecodableObjectError) throw badRequest(`${prefix}; ${error.message}`);
      throw error;
    }
  }
  if (type !== 'application/json') throw unsupportedBody(accepted);
  const text = (await request.body()).toString('utf8');
  try {
    return { value: JSON.parse(text), text };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest(`${prefix}; json parse error: ${goJsonError(text)} (${shownBytes(text)})`);
  }
}
