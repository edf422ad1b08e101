import { groupVersion, itemJson } from '../registry/served-resource.ts';
import type { ApiRequest } from './api-request.ts';
import type { ListOptions } from './list-options.ts';
import { listPage, type ListPage } from './list-page.ts';
import { sendJson, writeHead } from './respond.ts';
import { columnsJson, partialJson, readInclude, rowJson } from './table.ts';
import { writePieces } from './write-pieces.ts';

/** Lists up to this length are sent in one write, with their length in the headers. */
const shortList = 200;

/** The text around the items, and what makes the JSON of each. */
interface ListForm {
  head: string;
  item(index: number): string;
  tail: string;
}

function formOf(request: ApiRequest, page: ListPage): ListForm {
  const { resource, presentation } = request;
  const metadata = JSON.stringify(page.metadata);
  const { items } = page;
  const json = (make: (stored: (typeof items)[number]) => string) => (index: number) => {
    const stored = items[index];
    return stored === undefined ? '' : make(stored);
  };
  switch (presentation.as) {
    case 'object':
      return {
        head: `{"kind":"${resource.kind}List","apiVersion":"${groupVersion(resource)}","metadata":${metadata},"items":[`,
        item: json((stored) => itemJson(resource, stored)),
        tail: ']}',
      };
    case 'metadata':
      return {
        head: `{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/${presentation.version}","metadata":${metadata},"items":[`,
        item: json((stored) => partialJson(stored.object, presentation.version)),
        tail: ']}',
      };
    case 'table': {
      const { version } = presentation;
      const options = { version, include: readInclude(request.query), now: request.registry.clock.now() };
      const columns = columnsJson(resource.definition);
      return {
        head: `{"kind":"Table","apiVersion":"meta.k8s.io/${version}","metadata":${metadata},"columnDefinitions":${columns},"rows":[`,
        item: json((stored) => rowJson(resource, stored, options)),
        tail: ']}',
      };
    }
  }
}

function* texts(form: ListForm, length: number): Generator<string> {
  yield form.head;
  for (let index = 0; index < length; index += 1) yield index === 0 ? form.item(index) : `,${form.item(index)}`;
  yield `${form.tail}\n`;
}

/** Sends a page of objects in the form that the client asked for. */
export async function sendPage(request: ApiRequest, page: ListPage): Promise<void> {
  const form = formOf(request, page);
  const { response } = request;
  if (page.items.length <= shortList) {
    const items = page.items.map((_, index) => form.item(index));
    sendJson(response, 200, `${form.head}${items.join(',')}${form.tail}`);
    return;
  }
  writeHead(response, 200);
  await writePieces(response, texts(form, page.items.length), request.signal);
  response.end();
}

export async function listObjects(request: ApiRequest, options: ListOptions): Promise<void> {
  const prefix = request.namespace === undefined ? '' : `${request.namespace}/`;
  await sendPage(request, listPage(request.registry, request.resource.definition.plural, prefix, options));
}
