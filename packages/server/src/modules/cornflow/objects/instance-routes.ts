import { scopeOf } from '../../../kernel/access/caller.ts';
import type { DoorRequest, DoorRoute } from '../door.ts';
import { document as json, listFields, nullable, optional, readBody, required, text } from '../fields.ts';
import { created, deleted, ok, updated } from './answers.ts';
import { appNamed, demandApp } from './apps.ts';
import type { ObjectDeps } from './deps.ts';
import { executionForm } from './forms/execution-form.ts';
import { instanceForm } from './forms/instance-form.ts';
import { readMakers } from './forms/makers.ts';
import { raw } from './json-text.ts';
import { readListQuery } from './list-query.ts';
import { instanceIn } from './references.ts';
import { readers, writers } from './roles.ts';
import { description, title } from './titles.ts';

const list = { view: 'instance', rule: '/instance/' } as const;
const detail = { view: 'instances-detail', rule: '/instance/<string:idx>/' } as const;

/** Executions that the page of one instance shows. */
const shownExecutions = 10_000;

const createInstanceFields = {
  name: required(title),
  data: required(json),
  description: optional(description),
  schema: optional(text),
  checks: nullable(json),
  data_schema: nullable(text),
};

const editInstanceFields = {
  name: optional(title),
  description: optional(description),
  data: optional(json),
};

export const createInstanceRoutes = (deps: ObjectDeps): readonly DoorRoute[] => {
  const { instances, stores } = deps.optimization;

  const listInstances = async ({ user, query }: DoorRequest) => {
    const filter = readListQuery(query);
    if (filter === undefined) return ok([]);
    const rows = await stores.instances.list(scopeOf(user.caller, 'optimization:read'), filter);
    const makerOf = await readMakers(deps, rows);
    return ok(rows.map((row) => instanceForm(row, makerOf)));
  };

  const createInstance = async ({ user, document }: DoorRequest) => {
    const body = readBody(document, createInstanceFields);
    const app = appNamed(body.schema);
    await deps.optimization.catalogue.get(app);
    await demandApp(deps, user, app);
    const row = await instances.create(user.caller, {
      app,
      name: body.name,
      description: body.description ?? '',
      data: body.data,
      checks: body.checks?.text ?? null,
    });
    return created({ ...instanceForm(row, await readMakers(deps, [row])), executions: [] });
  };

  const getInstance = async (request: DoorRequest) => {
    const { caller } = request.user;
    const row = await instances.get(caller, instanceIn(request));
    const executions = await stores.executions.list(scopeOf(caller, 'optimization:read'), {
      instanceId: row.id,
      checks: true,
      limit: shownExecutions,
    });
    const makerOf = await readMakers(deps, [row, ...executions]);
    return ok({
      ...instanceForm(row, makerOf),
      executions: executions.map((each) => executionForm(each, makerOf)),
    });
  };

  const editInstance = async (request: DoorRequest) => {
    const { caller } = request.user;
    const body = readBody(request.document, editInstanceFields);
    const row = await instances.getWritable(caller, instanceIn(request));
    await demandApp(deps, request.user, row.app);
    await instances.update(caller, { id: row.id }, body);
    return updated;
  };

  const deleteInstance = async (request: DoorRequest) => {
    await instances.delete(request.user.caller, instanceIn(request));
    return deleted;
  };

  const getData = async (request: DoorRequest) => {
    const row = await instances.getPacked(request.user.caller, instanceIn(request));
    return ok({
      ...instanceForm(row, await readMakers(deps, [row])),
      data: raw(row.data),
      checks: raw(row.checks),
    });
  };

  return [
    { ...list, method: 'GET', roles: readers, query: listFields, handle: listInstances },
    {
      ...list,
      method: 'POST',
      roles: writers,
      takesGzip: true,
      body: createInstanceFields,
      handle: createInstance,
    },
    { ...detail, method: 'GET', roles: readers, handle: getInstance },
    { ...detail, method: 'PUT', roles: writers, body: editInstanceFields, handle: editInstance },
    { ...detail, method: 'DELETE', roles: writers, handle: deleteInstance },
    {
      view: 'instances-data',
      rule: '/instance/<string:idx>/data/',
      method: 'GET',
      roles: readers,
      handle: getData,
    },
  ];
};
