import { ApiError, type StatusCause, type StatusDetails } from './api-error.ts';

/** A resource by group and plural name, as errors name it. */
export interface GroupResource {
  group: string;
  plural: string;
}

/** `pods`, or `leases.coordination.k8s.io`. */
export function qualified(resource: GroupResource): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

function about(resource: GroupResource, name: string): StatusDetails {
  return {
    ...(name === '' ? {} : { name }),
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.plural,
  };
}

export function notFound(resource: GroupResource, name: string): ApiError {
  const message = `${qualified(resource)} ${JSON.stringify(name)} not found`;
  return new ApiError({ code: 404, reason: 'NotFound', message, details: about(resource, name) });
}

export function alreadyExists(resource: GroupResource, name: string): ApiError {
  const message = `${qualified(resource)} ${JSON.stringify(name)} already exists`;
  return new ApiError({ code: 409, reason: 'AlreadyExists', message, details: about(resource, name) });
}

export function conflict(resource: GroupResource, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} ${JSON.stringify(name)}: ${why}`;
  return new ApiError({ code: 409, reason: 'Conflict', message, details: about(resource, name) });
}

/** The conflict of an update that was made from an older version of the object. */
export function modified(resource: GroupResource, name: string): ApiError {
  const why = 'the object has been modified; please apply your changes to the latest version and try again';
  return conflict(resource, name, why);
}

export function forbidden(resource: GroupResource, name: string, why: string, causes?: StatusCause[]): ApiError {
  const quoted = name === '' ? '' : ` ${JSON.stringify(name)}`;
  const details = { ...about(resource, name), ...(causes === undefined ? {} : { causes }) };
  const message = `${qualified(resource)}${quoted} is forbidden: ${why}`;
  return new ApiError({ code: 403, reason: 'Forbidden', message, details });
}

export function badRequest(message: string): ApiError {
  return new ApiError({ code: 400, reason: 'BadRequest', message });
}

/** The object as `Invalid` errors name it: by kind, not by plural. */
export interface InvalidSubject {
  group: string;
  kind: string;
  name: string;
}

/** 422 with one cause per field; several causes are shown in brackets, as the API server does. */
export function invalid(subject: InvalidSubject, causes: readonly StatusCause[]): ApiError {
  const lines = [...new Set(causes.map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`))];
  const shown = lines.length === 1 ? (lines[0] ?? '') : `[${lines.join(', ')}]`;
  const kind = subject.group === '' ? subject.kind : `${subject.kind}.${subject.group}`;
  const details: StatusDetails = {
    ...(subject.name === '' ? {} : { name: subject.name }),
    ...(subject.group === '' ? {} : { group: subject.group }),
    ...(subject.kind === '' ? {} : { kind: subject.kind }),
    causes: causes.map(({ reason = '', message = '', field = '' }) => ({ reason, message, field })),
  };
  const message = `${kind} ${JSON.stringify(subject.name)} is invalid: ${shown}`;
  return new ApiError({ code: 422, reason: 'Invalid', message, details });
}

/** 410: the version that was asked for is outside the kept history. */
export function expired(message: string, continueToken?: string): ApiError {
  return new ApiError({
    code: 410,
    reason: 'Expired',
    message,
    ...(continueToken === undefined ? {} : { continueToken }),
  });
}

export function tooLargeResourceVersion(requested: number, current: number): ApiError {
  return new ApiError({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${requested}, current: ${current}`,
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  });
}

export function serviceUnavailable(message: string): ApiError {
  return new ApiError({ code: 503, reason: 'ServiceUnavailable', message });
}

export function unauthorized(): ApiError {
  return new ApiError({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
}

/** The answer to a path that names no resource of a group that is served. */
export function unknownResource(): ApiError {
  const message = 'the server could not find the requested resource';
  return new ApiError({ code: 404, reason: 'NotFound', message, details: {} });
}

export function methodNotAllowed(): ApiError {
  const message = 'the server does not allow this method on the requested resource';
  return new ApiError({ code: 405, reason: 'MethodNotAllowed', message, details: {} });
}

const representations = 'application/json, application/json;stream=watch';

export function notAcceptable(): ApiError {
  const message = `406: Not Acceptable\n\nAvailable representations: ${representations}`;
  return new ApiError({ code: 406, reason: 'NotAcceptable', message, details: {} });
}

export function unsupportedBody(accepted: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new ApiError({ code: 415, reason: 'UnsupportedMediaType', message });
}

export function unsupportedPatchType(): ApiError {
  const message = '415: Unsupported Media Type';
  return new ApiError({ code: 415, reason: 'UnsupportedMediaType', message, details: {} });
}

export function requestTooLarge(limit: number): ApiError {
  const message = `Request entity too large: limit is ${limit}`;
  return new ApiError({ code: 413, reason: 'RequestEntityTooLarge', message });
}

export function internalError(cause: unknown): ApiError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new ApiError({
    code: 500,
    reason: 'InternalError',
    message: `Internal error occurred: ${text}`,
    details: { causes: [{ message: text }] },
    cause,
  });
}
