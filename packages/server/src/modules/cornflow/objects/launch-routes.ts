import { systemScope } from '../../../kernel/access/caller.ts';
import {
  isOpen,
  pythonRepr,
  type App,
  type InstanceRow,
  type JsonDocument,
} from '../../optimization/index.ts';
import { DoorError, type DoorRequest, type DoorRoute, type DoorUser } from '../door.ts';
import { document as json, optional, readBody, readQuery, required, text } from '../fields.ts';
import { created } from './answers.ts';
import { appNamed, demandApp } from './apps.ts';
import type { ObjectDeps } from './deps.ts';
import { executionList } from './execution-routes.ts';
import { executionForm } from './forms/execution-form.ts';
import { readMakers } from './forms/makers.ts';
import { executionIn, keyReference } from './references.ts';
import { writers } from './roles.ts';
import { description, title } from './titles.ts';

export const launchQuery = { run: optional(text) };

/** `?run=0` keeps an execution without running it. */
export const isToRun = (query: URLSearchParams): boolean => readQuery(query, launchQuery).run !== '0';

/** An instance to solve: it must be the caller's own, whatever else they may see. */
export const findOwnInstance = async (
  deps: ObjectDeps,
  user: DoorUser,
  key: string,
): Promise<InstanceRow> => {
  const reference = keyReference(key, 'optimization.instance_not_found');
  const instance = await deps.optimization.stores.instances.find(systemScope, reference);
  if (instance === undefined) throw new DoorError(404, 'The data entity does not exist on the database');
  if (instance.owner_id !== user.caller.userId)
    throw new DoorError(403, 'You have no permission to access the required object');
  return instance;
};

/** What any configuration may name; apps have names of their own beside. */
const commonSettings =
  'solver mip msg warmStart timeLimit seconds options keepFiles gapRel gapAbs maxMemory maxNodes threads logPath MIPGap';

const demandKnownSettings = (app: App, config: JsonDocument): void => {
  const { properties = {} } = JSON.parse(app.schemaTexts.config) as { properties?: object };
  const known = new Set([...commonSettings.split(' '), ...Object.keys(properties)]);
  const given = config.value();
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new DoorError(400, pythonRepr({ json: { config: { _schema: ['Invalid input type.'] } } }));
  const unknown = Object.keys(given).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  const faults = Object.fromEntries(unknown.map((name) => [name, ['Unknown field.']]));
  throw new DoorError(400, pythonRepr({ json: { config: faults } }));
};

const createExecutionFields = {
  name: required(title),
  instance_id: required(text),
  config: required(json),
  schema: optional(text),
  description: optional(description),
  data: optional(json),
};

const relaunchExecutionFields = { config: required(json) };

export const createLaunchRoutes = (deps: ObjectDeps): readonly DoorRoute[] => {
  const { executions, catalogue } = deps.optimization;

  const createExecution = async ({ user, query, document }: DoorRequest) => {
    const body = readBody(document, createExecutionFields);
    const instance = await findOwnInstance(deps, user, body.instance_id);
    if (appNamed(body.schema) !== instance.app)
      throw new DoorError(400, 'Instance and execution schema mismatch');
    await demandApp(deps, user, instance.app);
    const row = await executions.create(user.caller, {
      instance: { id: instance.id },
      name: body.name,
      description: body.description ?? '',
      config: body.config,
      solution: body.data,
      task: 'solve',
      start: isToRun(query),
    });
    return created(executionForm(row, await readMakers(deps, [row])));
  };

  const relaunchExecution = async (request: DoorRequest) => {
    const { user, query, document } = request;
    const { config } = readBody(document, relaunchExecutionFields);
    const row = await executions.getWritable(user.caller, executionIn(request));
    await demandApp(deps, user, row.app);
    if (isOpen(row.state)) throw new DoorError(400, 'This execution is still running');
    demandKnownSettings(await catalogue.get(row.app), config);
    const start = isToRun(query);
    await executions.relaunch(user.caller, { id: row.id }, { config, start });
    return created({
      message: start
        ? 'The execution was relaunched correctly'
        : 'The execution was set for relaunch but was not launched',
    });
  };

  return [
    {
      ...executionList,
      method: 'POST',
      roles: writers,
      query: launchQuery,
      body: createExecutionFields,
      handle: createExecution,
    },
    {
      view: 'execution-relaunch',
      rule: '/execution/<string:idx>/relaunch/',
      method: 'POST',
      roles: writers,
      query: launchQuery,
      body: relaunchExecutionFields,
      handle: relaunchExecution,
    },
  ];
};
