/** OpenAPI v2 as a protocol buffer. The other name that kubectl asks by holds an `@`, which its own parser refuses in an answer. */
export const openApiV2ProtobufType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const protobufTypes = new Set([openApiV2ProtobufType, 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf']);

/**
 * The OpenAPI v2 document, without definitions: schemas are served as v3. kubectl still asks for it to validate an object of
 * kind List, as a protocol buffer only, and passes over kinds that it does not find in it.
 */
export function openApiV2(serverVersion: string): {
  swagger: string;
  info: { title: string; version: string };
  paths: object;
  definitions: object;
} {
  return { swagger: '2.0', info: { title: 'Kubernetes', version: serverVersion }, paths: {}, definitions: {} };
}

export function isProtobufOpenApi(mediaType: string): boolean {
  return protobufTypes.has(mediaType);
}

/** The same as a `gnostic.openapi.v2.Document`: swagger is field 1, info 2 (title 1, version 2), paths 8. */
export function encodeOpenApiV2(serverVersion: string): Buffer {
  const { swagger, info } = openApiV2(serverVersion);
  const title = lengthDelimited(1, Buffer.from(info.title));
  const version = lengthDelimited(2, Buffer.from(info.version));
  return Buffer.concat([
    lengthDelimited(1, Buffer.from(swagger)),
    lengthDelimited(2, Buffer.concat([title, version])),
    lengthDelimited(8, Buffer.alloc(0)),
  ]);
}

/** A protocol buffer field of wire type 2. Every field here is shorter than 128 bytes, so that its length is one byte. */
function lengthDelimited(field: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2, content.length]), content]);
}
