import { expect, it } from 'vitest';
import { encodeOpenApiV2, isProtobufOpenApi } from './openapi-v2.ts';

it('encodes the document as the protocol buffer that kubectl reads: version, info and no paths', () => {
  const info = [0x0a, 10, ...Buffer.from('Kubernetes'), 0x12, 7, ...Buffer.from('v1.36.3')];
  expect([...encodeOpenApiV2('v1.36.3')]).toEqual([
    0x0a,
    3,
    ...Buffer.from('2.0'),
    0x12,
    info.length,
    ...info,
    0x42,
    0,
  ]);
});

it('knows both names of the media type, and no other', () => {
  expect(isProtobufOpenApi('application/com.github.proto-openapi.spec.v2@v1.0+protobuf')).toBe(true);
  expect(isProtobufOpenApi('application/com.github.proto-openapi.spec.v2.v1.0+protobuf')).toBe(true);
  expect(isProtobufOpenApi('application/json')).toBe(false);
});
