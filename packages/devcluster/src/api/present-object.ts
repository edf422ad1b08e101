import { objectJson } from '../registry/served-resource.ts';
import type { StoredObject } from '../store/stored-object.ts';
import type { ApiRequest } from './api-request.ts';
import { columnsJson, partialJson, readInclude, rowJson, tableJson } from './table.ts';

/** The JSON of one object in the form that the client asked for. */
export function presentObject(request: ApiRequest, stored: StoredObject): string {
  const { presentation, resource, registry, query } = request;
  switch (presentation.as) {
    case 'object':
      return objectJson(resource, stored);
    case 'metadata':
      return partialJson(stored.object, presentation.version);
    case 'table': {
      const { version } = presentation;
      const row = rowJson(resource, stored, { version, include: readInclude(query), now: registry.clock.now() });
      const metadata = { resourceVersion: stored.object.metadata.resourceVersion };
      return tableJson(resource, [row], { version, metadata, columns: columnsJson(resource.definition) });
    }
  }
}
