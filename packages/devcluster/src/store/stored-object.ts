import type { KubeObject } from '../registry/definition.ts';
import { deepFreeze } from './deep-freeze.ts';

/** One version of an object in the store: frozen, with its JSON kept so that many readers cost one serialisation. */
export class StoredObject {
  /** `namespace/name`, or the name alone for what lives in no namespace. */
  readonly key: string;
  readonly object: KubeObject;
  readonly revision: number;
  #body: string | undefined;

  constructor(key: string, object: KubeObject, revision: number) {
    this.key = key;
    this.object = object;
    this.revision = revision;
  }

  /** The object's JSON without `kind` and `apiVersion`: what the items of a list look like. */
  get body(): string {
    if (this.#body === undefined) {
      const { kind: _kind, apiVersion: _apiVersion, ...rest } = this.object;
      this.#body = JSON.stringify(rest);
    }
    return this.#body;
  }

  /** The same state under a later revision, as a deletion shows it. */
  withRevision(revision: number): StoredObject {
    const metadata = { ...this.object.metadata, resourceVersion: String(revision) };
    return new StoredObject(this.key, deepFreeze({ ...this.object, metadata }), revision);
  }

  /** Gives the memory of the kept JSON back; it is made again when somebody asks. */
  forgetJson(): void {
    this.#body = undefined;
  }
}

/** The whole JSON of an object under the kind and version by which it was asked for. */
export function withKind(kind: string, apiVersion: string, body: string): string {
  const head = `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)}`;
  return body === '{}' ? `${head}}` : `${head},${body.slice(1)}`;
}
