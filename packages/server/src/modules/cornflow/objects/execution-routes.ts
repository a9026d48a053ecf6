import { scopeOf } from '../../../kernel/access/caller.ts';
import { stateNumber } from '../../optimization/index.ts';
import { DoorError, type DoorRequest, type DoorRoute } from '../door.ts';
import { document as json, flag, listFields, optional, readBody, readQuery, text } from '../fields.ts';
import { deleted, ok, said, updated } from './answers.ts';
import type { ObjectDeps } from './deps.ts';
import { executionDetailForm, executionListForm } from './forms/execution-form.ts';
import { readMakers } from './forms/makers.ts';
import { readListQuery } from './list-query.ts';
import { executionIn, keyReference } from './references.ts';
import { readers, writers } from './roles.ts';
import { description, title } from './titles.ts';

export const executionList = { view: 'execution', rule: '/execution/' } as const;
const detail = { view: 'execution-detail', rule: '/execution/<string:idx>/' } as const;

const listExecutionsQuery = { checks_and_kpis: optional(flag) };

const editExecutionFields = {
  name: optional(title),
  description: optional(description),
  data: optional(json),
  instance_id: optional(text),
};

export const createExecutionRoutes = (deps: ObjectDeps): readonly DoorRoute[] => {
  const { instances, executions, stores } = deps.optimization;

  const listExecutions = async ({ user, query }: DoorRequest) => {
    const { checks_and_kpis: checks } = readQuery(query, listExecutionsQuery);
    const filter = readListQuery(query);
    if (filter === undefined) return ok([]);
    const rows = await stores.executions.list(scopeOf(user.caller, 'optimization:read'), {
      ...filter,
      checks: checks ?? false,
    });
    const makerOf = await readMakers(deps, rows);
    return ok(rows.map((row) => executionListForm(row, makerOf)));
  };

  const getExecution = async (request: DoorRequest) => {
    const row = await executions.get(request.user.caller, executionIn(request));
    return ok(executionDetailForm(row, await readMakers(deps, [row])));
  };

  const editExecution = async (request: DoorRequest) => {
    const { caller } = request.user;
    const { instance_id: key, data, ...edit } = readBody(request.document, editExecutionFields);
    const row = await executions.getWritable(caller, executionIn(request));
    const instance =
      key === undefined
        ? undefined
        : await instances.get(caller, keyReference(key, 'optimization.instance_not_found'));
    if (instance !== undefined && instance.app !== row.app)
      throw new DoorError(400, 'Instance and execution schema mismatch');
    await executions.update(caller, { id: row.id }, { ...edit, solution: data, instance });
    return updated;
  };

  const stopExecution = async (request: DoorRequest) => {
    const { caller } = request.user;
    const row = await executions.getWritable(caller, executionIn(request));
    // Asked for twice, it is stopped.
    if (row.state !== stateNumber.stopped) await executions.stop(caller, { id: row.id });
    return said('The execution has been stopped');
  };

  const deleteExecution = async (request: DoorRequest) => {
    await executions.delete(request.user.caller, executionIn(request));
    return deleted;
  };

  return [
    {
      ...executionList,
      method: 'GET',
      roles: readers,
      query: { ...listFields, ...listExecutionsQuery },
      handle: listExecutions,
    },
    { ...detail, method: 'GET', roles: readers, handle: getExecution },
    { ...detail, method: 'PUT', roles: writers, body: editExecutionFields, handle: editExecution },
    { ...detail, method: 'POST', roles: writers, handle: stopExecution },
    { ...detail, method: 'DELETE', roles: writers, handle: deleteExecution },
  ];
};
