import type { Caller } from '../../../kernel/access/caller.ts';
import { DoorError, type DoorRequest, type DoorRoute } from '../door.ts';
import { integer, nullable, optional, readBody, required, text } from '../fields.ts';
import { created, orMissing } from './answers.ts';
import { demandApp } from './apps.ts';
import { showCase } from './case-answers.ts';
import { findFolder } from './case-routes.ts';
import type { ObjectDeps } from './deps.ts';
import { caseForm } from './forms/case-form.ts';
import { caseIn, keyReference } from './references.ts';
import { caseWriters } from './roles.ts';
import { derivedTitle, description, title } from './titles.ts';

const createFromFields = {
  name: required(title),
  schema: required(text),
  instance_id: nullable(text),
  execution_id: nullable(text),
  description: optional(description),
  parent_id: nullable(integer),
};

/** Cases made of instances, executions and other cases, and instances made of cases. */
export const createCaseCopyRoutes = (deps: ObjectDeps): readonly DoorRoute[] => {
  const { cases, instances, executions } = deps.optimization;

  const findInstance = async (caller: Caller, key: string | null) => {
    const instance = keyReference(key, 'optimization.instance_not_found');
    return { app: (await instances.get(caller, instance)).app, source: { instance } };
  };
  const findExecution = async (caller: Caller, key: string) => {
    const execution = keyReference(key, 'optimization.execution_not_found');
    return { app: (await executions.get(caller, execution)).app, source: { execution } };
  };

  const createFrom = async ({ user, document }: DoorRequest) => {
    const { caller } = user;
    const body = readBody(document, createFromFields);
    const { instance_id: instanceKey = null, execution_id: executionKey = null } = body;
    if ((instanceKey === null) === (executionKey === null))
      throw new DoorError(400, 'You must provide a valid instance_id OR an execution_id');
    const { app, source } =
      executionKey === null
        ? await orMissing(findInstance(caller, instanceKey), 'Instance does not exist.')
        : await orMissing(findExecution(caller, executionKey), 'Execution does not exist.');
    await demandApp(deps, user, app);
    const row = await cases.createFrom(caller, source, {
      name: body.name,
      description: body.description ?? '',
      parent: await findFolder(deps, caller, body.parent_id),
      app,
    });
    return created(await showCase(deps, row, caseForm));
  };

  const copyCase = async (request: DoorRequest) => {
    const row = await cases.copy(request.user.caller, caseIn(request), (name) =>
      derivedTitle(`Copy_${name}`),
    );
    return created(await showCase(deps, row, caseForm));
  };

  const createInstance = async (request: DoorRequest) => {
    const { user } = request;
    const row = await cases.getPacked(user.caller, caseIn(request));
    if (row.data === null) throw new DoorError(400, 'A directory has no data');
    await demandApp(deps, user, row.app);
    const instance = await instances.create(user.caller, {
      projectId: row.project_id,
      app: row.app,
      name: derivedTitle(`instance_from_${row.name}`),
      description: `Instance created from ${row.description}`,
      data: row.data,
      checks: row.checks,
    });
    return created({ id: instance.key, schema: instance.app });
  };

  const route = { method: 'POST', roles: caseWriters } as const;
  return [
    {
      ...route,
      view: 'case-instance-execution',
      rule: '/case/instance/',
      body: createFromFields,
      handle: createFrom,
    },
    { ...route, view: 'case-copy', rule: '/case/<int:idx>/copy/', handle: copyCase },
    { ...route, view: 'case-instance', rule: '/case/<int:idx>/instance/', handle: createInstance },
  ];
};
