import { UpgradeRefused } from '@vk/streaming';
import type { ApiCall } from '../api-call.ts';
import { HttpError } from '../errors/http-error.ts';

/** Reads the query of a stream. What is wrong with it has not been answered yet: it becomes what everything else is that is refused. */
export function readQuery<T>({ query }: ApiCall, read: (query: URLSearchParams) => T): T {
  try {
    return read(query);
  } catch (error) {
    if (error instanceof UpgradeRefused) throw new HttpError(error.httpStatus, error.message, { cause: error });
    throw error;
  }
}
