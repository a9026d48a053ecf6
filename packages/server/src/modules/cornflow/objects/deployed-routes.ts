import { AppId } from '@dumont/contracts/optimization/apps';
import { publishedSchema, schemaNames, type App, type JsonDocument } from '../../optimization/index.ts';
import { DoorError, type DoorRequest, type DoorRoute } from '../door.ts';
import { document as json, nullable, optional, readBody, required, text } from '../fields.ts';
import { created, ok, updated } from './answers.ts';
import type { ObjectDeps } from './deps.ts';
import { raw, type Json } from './json-text.ts';
import { description } from './titles.ts';

const list = { view: 'deployed-dag', rule: '/dag/deployed/', roles: ['service'] } as const;
const detail = {
  view: 'deployed-dag-detail',
  rule: '/dag/deployed/<string:idx>/',
  roles: ['service'],
} as const;

const deployedForm = (app: App): Json => ({
  id: app.id,
  description: app.description,
  ...Object.fromEntries(schemaNames.map((name) => [`${name}_schema`, raw(publishedSchema(app, name))])),
});

const textOr = (given: JsonDocument | undefined, before: string): string => given?.text ?? before;

const createDeployedFields = {
  id: required(text),
  // The Python client sends a null where it was given none.
  description: nullable(description),
  instance_schema: required(json),
  solution_schema: required(json),
  config_schema: required(json),
  instance_checks_schema: required(json),
  solution_checks_schema: required(json),
  kpis_schema: required(json),
};

const editDeployedFields = {
  id: optional(text),
  description: nullable(description),
  instance_schema: optional(json),
  solution_schema: optional(json),
  config_schema: optional(json),
  instance_checks_schema: required(json),
  solution_checks_schema: required(json),
  kpis_schema: required(json),
};

/** Apps that workers say they can solve with. Those of folders are shown among them, and are not changed from here. */
export const createDeployedRoutes = (deps: ObjectDeps): readonly DoorRoute[] => {
  const { catalogue } = deps.optimization;

  const listDeployed = async () => ok((await catalogue.list()).map(deployedForm));

  const createDeployed = async ({ document }: DoorRequest) => {
    const body = readBody(document, createDeployedFields);
    if (!AppId.safeParse(body.id).success)
      throw new DoorError(400, 'An id has letters, digits, _ and - only, and begins with a letter');
    if ((await catalogue.find(body.id)) !== undefined)
      throw new DoorError(400, 'The object does exist already');
    const app = await catalogue.register({
      id: body.id,
      description: body.description ?? '',
      instance_schema: body.instance_schema.text,
      solution_schema: body.solution_schema.text,
      config_schema: body.config_schema.text,
      instance_checks_schema: body.instance_checks_schema.text,
      solution_checks_schema: body.solution_checks_schema.text,
      kpis_schema: body.kpis_schema.text,
    });
    return created(deployedForm(app));
  };

  const editDeployed = async ({ params, document }: DoorRequest) => {
    const body = readBody(document, editDeployedFields);
    const app = await catalogue.find(params['idx'] ?? '');
    if (app === undefined) throw new DoorError(404, 'The data entity does not exist on the database');
    if (body.id !== undefined && body.id !== app.id) throw new DoorError(400, 'An id does not change');
    if (app.folderApp !== undefined)
      throw new DoorError(400, `The schemas of ${app.id} are in a folder of the server`);
    await catalogue.register({
      id: app.id,
      description: body.description ?? app.description,
      instance_schema: textOr(body.instance_schema, app.schemaTexts.instance),
      solution_schema: textOr(body.solution_schema, app.schemaTexts.solution),
      config_schema: textOr(body.config_schema, app.schemaTexts.config),
      instance_checks_schema: body.instance_checks_schema.text,
      solution_checks_schema: body.solution_checks_schema.text,
      kpis_schema: body.kpis_schema.text,
    });
    return updated;
  };

  return [
    { ...list, method: 'GET', handle: listDeployed },
    { ...list, method: 'POST', body: createDeployedFields, handle: createDeployed },
    { ...detail, method: 'PUT', body: editDeployedFields, handle: editDeployed },
  ];
};
