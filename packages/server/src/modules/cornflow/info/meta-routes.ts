import type { DoorRoute } from '../door.ts';

/** Every address with what may be done there and by whom at first; `/permission/` says who may now. */
export const createMetaRoutes = (routes: () => readonly DoorRoute[]): readonly DoorRoute[] => [
  {
    view: 'meta-resource',
    rule: '/meta_resource/',
    method: 'GET',
    roles: ['viewer', 'planner', 'admin', 'service'],
    handle: async () => {
      const byView = Map.groupBy(routes(), ({ view }) => view);
      const resources = [...byView].map(([view, own]) => ({
        name: view,
        url_rule: own[0]?.rule ?? '',
        methods: own.map(({ method, roles, takesFile, takesGzip }) => ({
          method,
          public: roles === 'public',
          roles: roles === 'public' ? [] : [...roles],
          takes_file: takesFile === true,
          takes_gzip: takesGzip === true,
        })),
      }));
      return { status: 200, json: resources };
    },
  },
];
