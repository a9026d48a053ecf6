import { proseOfParam } from '@dumont/contracts/findings';
import { AppError } from '../../../kernel/errors.ts';
import { DoorError, type DoorRequest, type DoorRoute } from '../door.ts';
import { flag, optional, readFormFields, required } from '../fields.ts';
import { created } from './answers.ts';
import { demandApp, linearModels } from './apps.ts';
import type { ObjectDeps } from './deps.ts';
import { instanceForm } from './forms/instance-form.ts';
import { readMakers } from './forms/makers.ts';
import { writers } from './roles.ts';
import { description, title } from './titles.ts';

const endings = ['mps', 'lp'];

const sayUnreadable = (error: unknown): never => {
  if (!(error instanceof AppError) || error.code !== 'optimization.file') throw error;
  const reason = proseOfParam(error, 'reason');
  throw new DoorError(400, 'Error reading or parsing the MPS file.', { reason });
};

const createInstanceFields = {
  name: required(title),
  description: optional(description),
  minimize: optional(flag),
};

/** Linear models in the formats that solvers exchange. */
export const createInstanceFileRoutes = (deps: ObjectDeps): readonly DoorRoute[] => {
  const { catalogue, instances } = deps.optimization;

  const createInstance = async ({ user, form }: DoorRequest) => {
    const body = readFormFields(form.fields, createInstanceFields);
    if (form.file === undefined) throw new DoorError(400, 'No file was provided');
    const ending = /\.([a-z]+)$/.exec(form.file.name.toLowerCase())?.[1] ?? '';
    if (!endings.includes(ending))
      throw new DoorError(400, "Could not open file to upload. Check the extension matches {'mps', 'lp'}");
    const app = await catalogue.get(linearModels);
    await demandApp(deps, user, app.id);
    const options = body.minimize === false ? ['--maximize'] : [];
    const data = await catalogue
      .convert(app, { ending, content: form.file.content }, options)
      .catch(sayUnreadable);
    const row = await instances.create(user.caller, {
      app: app.id,
      name: body.name,
      description: body.description ?? '',
      data,
    });
    return created({ ...instanceForm(row, await readMakers(deps, [row])), executions: [] });
  };

  return [
    {
      view: 'instance-file',
      rule: '/instancefile/',
      method: 'POST',
      roles: writers,
      takesFile: true,
      body: createInstanceFields,
      handle: createInstance,
    },
  ];
};
