import { Failure } from '../../domain/failure.ts';
import { isCustomerId } from '../../domain/identifier.ts';
import type { Import } from '../../domain/import.ts';
import { formatInstant } from '../../domain/time.ts';
import type { ImportOperations } from '../../operations/import.ts';
import { pageHeaders, readFlag, readPage } from '../collection-query.ts';
import { type Link, pageHeaderNames, type Route, route } from '../route.ts';
import { reference } from '../schemas.ts';

const tag = 'Imports';
const path = '/imports/:id';
const schema = reference('Import');

export function importRoutes(operations: ImportOperations): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/imports',
      permission: 'lead-sources:read',
      operationId: 'GetImportCollection',
      tag,
      summary: 'List imports',
      parameters: ['limit', 'offset'],
      order: '-createdTime',
      answers: {
        200: {
          description: 'A page of imports, the newest first.',
          schema: { type: 'array', items: schema },
          headers: pageHeaderNames,
        },
      },
      handle: async ({ principal, query, link }) => {
        const page = readPage(query);
        const { items, total } = await operations.list(principal, page);
        const body = items.map((each) => importDocument(each, link));
        return { status: 200, body, headers: pageHeaders(page, total) };
      },
    }),
    route({
      method: 'GET',
      path,
      permission: 'lead-sources:read',
      operationId: 'GetImport',
      tag,
      summary: 'Read an import',
      refusals: [404],
      answers: { 200: { description: 'The import, with how many of its touches still exist.', schema } },
      handle: async ({ principal, parameters, link }) => {
        const { touches, ...found } = await operations.get(principal, importIdOf(parameters));
        return { status: 200, body: { ...importDocument(found, link), touches } };
      },
    }),
    route({
      method: 'DELETE',
      path,
      permission: 'lead-sources:write',
      operationId: 'DeleteImport',
      tag,
      summary: 'Undo an import',
      description:
        'From then on, nothing can be added to it, and every touch that it added is removed, little by little, as ' +
        'if it had never been recorded. Customers stay, even those that it created. Repeating the request is ' +
        'harmless.',
      parameters: ['announce'],
      refusals: [404],
      answers: {
        202: {
          description: 'It is being undone; reading it shows how far that is.',
          schema,
          headers: ['Location'],
        },
        204: { description: 'It is undone: nothing of it is left.' },
      },
      handle: async ({ principal, parameters, query, link }) => {
        const undone = await operations.undo(principal, importIdOf(parameters), readFlag(query, 'announce'));
        if (undone.status === 'undone') return { status: 204 };
        const headers = { location: link(`/imports/${undone.id}`) };
        return { status: 202, body: importDocument(undone, link), headers };
      },
    }),
  ];
}

/** Fails with `not-found` for text that is not the id of an import. */
function importIdOf({ id = '' }: Readonly<Record<string, string>>): string {
  if (isCustomerId(id)) return id;
  throw new Failure('not-found', 'No such import.');
}

function importDocument(each: Import, link: Link) {
  const { id, kind, status, addedTouches, actor, undoing } = each;
  return {
    id,
    kind,
    status,
    addedTouches,
    actor,
    undoneBy: undoing?.actor ?? null,
    createdTime: formatInstant(each.createdTime),
    updatedTime: formatInstant(each.updatedTime),
    _links: [{ href: link(`/imports/${id}`), rel: 'self' }],
  };
}
