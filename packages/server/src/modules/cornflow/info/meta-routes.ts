import type { DoorRoute } from '../door.ts';
import type { Fields } from '../fields.ts';

const fieldsForm = (fields: Fields | undefined) =>
  Object.entries(fields ?? {}).map(([name, { shape }]) => ({ name, ...shape }));

/** What stands in an address for what a client fills in. */
const parametersOf = (rule: string) =>
  [...rule.matchAll(/<(?:(string|int):)?(\w+)>/g)].map(([, type, name]) => ({
    name,
    type: type === 'int' ? 'integer' : 'string',
  }));

const methodForm = ({ method, roles, takesFile, takesGzip, body, query }: DoorRoute) => ({
  method,
  public: roles === 'public',
  roles: roles === 'public' ? [] : [...roles],
  takes_file: takesFile === true,
  takes_gzip: takesGzip === true,
  query: fieldsForm(query),
  // Where any other is refused; null where nothing is read of it.
  fields: body === undefined ? null : fieldsForm(body),
});

/**
 * Every address with what may be done there, with which fields, and by whom at first; `/permission/` says who may now.
 * Fields are those that the routes read by, so that they cannot be others.
 */
export const createMetaRoutes = (routes: () => readonly DoorRoute[]): readonly DoorRoute[] => [
  {
    view: 'meta-resource',
    rule: '/meta_resource/',
    method: 'GET',
    roles: ['viewer', 'planner', 'admin', 'service'],
    handle: async () => {
      const byView = Map.groupBy(routes(), ({ view }) => view);
      const resources = [...byView].map(([view, own]) => {
        const rule = own[0]?.rule ?? '';
        return { name: view, url_rule: rule, parameters: parametersOf(rule), methods: own.map(methodForm) };
      });
      return { status: 200, json: resources };
    },
  },
];
