import { publishedSchema, schemaNames, type App } from '../../optimization/index.ts';
import { DoorError, type DoorRequest, type DoorRoute } from '../door.ts';
import { ok } from './answers.ts';
import { appNamed, demandApp } from './apps.ts';
import type { ObjectDeps } from './deps.ts';
import { raw } from './json-text.ts';
import { caseReaders, readers } from './roles.ts';

/** Schemas and examples of the apps that the user may use. */
export const createSchemaRoutes = (deps: ObjectDeps): readonly DoorRoute[] => {
  const { catalogue } = deps.optimization;

  /** One that is not there is not told from one that is not for them. */
  const findApp = async ({ user, params }: DoorRequest): Promise<App> => {
    const id = appNamed(params['dag_name']);
    await demandApp(deps, user, id);
    const app = await catalogue.find(id);
    if (app === undefined) throw new DoorError(403, 'User does not have permission to access this dag');
    return app;
  };

  const listSchemas = async ({ user }: DoorRequest) => {
    const apps = await catalogue.list();
    const allowed = await Promise.all(apps.map(async ({ id }) => deps.mayUse(user, id)));
    return ok(apps.filter((_, at) => allowed[at]).map(({ id }) => ({ name: id })));
  };

  const getSchemas = async (request: DoorRequest) => {
    const app = await findApp(request);
    const schemas = schemaNames.map((name) => [name, raw(publishedSchema(app, name))] as const);
    return ok({ name: app.id, ...Object.fromEntries(schemas) });
  };

  const listExamples = async (request: DoorRequest) => {
    const { folderApp } = await findApp(request);
    return ok((folderApp?.examples ?? []).map(({ name, description }) => ({ name, description })));
  };

  const getExample = async (request: DoorRequest) => {
    const app = await findApp(request);
    const name = request.params['example_name'] ?? '';
    return ok(raw(await catalogue.readExample(app, name)));
  };

  return [
    { view: 'schema', rule: '/schema/', method: 'GET', roles: readers, handle: listSchemas },
    {
      view: 'schema-details',
      rule: '/schema/<string:dag_name>/',
      method: 'GET',
      roles: readers,
      handle: getSchemas,
    },
    {
      view: 'example-data',
      rule: '/example/<string:dag_name>/',
      method: 'GET',
      roles: caseReaders,
      handle: listExamples,
    },
    {
      view: 'example-data-detail',
      rule: '/example/<string:dag_name>/<string:example_name>/',
      method: 'GET',
      roles: readers,
      handle: getExample,
    },
  ];
};
