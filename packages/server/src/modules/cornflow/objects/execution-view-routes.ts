import { isStateNumber, stateNumber, stateWord } from '../../optimization/index.ts';
import { DoorError, type DoorRequest, type DoorRoute } from '../door.ts';
import { integer, optional, readBody, text } from '../fields.ts';
import { ok, said } from './answers.ts';
import type { ObjectDeps } from './deps.ts';
import { executionDetailForm, executionForm, executionStatusForm } from './forms/execution-form.ts';
import { readMakers } from './forms/makers.ts';
import { fullLog, shortLog } from './forms/solver-log.ts';
import { raw } from './json-text.ts';
import { executionIn } from './references.ts';
import { readers, writers } from './roles.ts';

const status = { view: 'execution-status', rule: '/execution/<string:idx>/status/' } as const;

/** From which a worker may lead on; in all others there is an answer already. */
const unsettled: readonly number[] = [stateNumber.running, stateNumber.unknown, stateNumber.queued];

const putStatusFields = { status: optional(integer), id: optional(text) };

/** State, solution and log of an execution. */
export const createExecutionViewRoutes = (deps: ObjectDeps): readonly DoorRoute[] => {
  const { executions } = deps.optimization;

  const getStatus = async (request: DoorRequest) =>
    ok(executionStatusForm(await executions.get(request.user.caller, executionIn(request))));

  const putStatus = async (request: DoorRequest) => {
    const { caller } = request.user;
    const { status: state } = readBody(request.document, putStatusFields);
    if (state === undefined) throw new DoorError(400, 'status code was missing');
    if (!isStateNumber(state)) throw new DoorError(400, `there is no status code ${state}`);
    const row = await executions.getWritable(caller, executionIn(request));
    if (unsettled.includes(row.state)) await executions.setState(caller, { id: row.id }, stateWord(state));
    return said(`execution ${row.key} updated correctly`);
  };

  const getData = async (request: DoorRequest) => {
    const row = await executions.getPacked(request.user.caller, executionIn(request));
    return ok({
      ...executionForm(row, await readMakers(deps, [row])),
      data: raw(row.solution),
      checks: raw(row.solution_checks),
      kpis: raw(row.kpis),
      log: shortLog(row.log_json),
    });
  };

  const getLog = async (request: DoorRequest) => {
    const row = await executions.getLog(request.user.caller, executionIn(request));
    return ok({
      ...executionDetailForm(row, await readMakers(deps, [row])),
      log: fullLog(row.log_json),
      log_text: row.log_text,
    });
  };

  return [
    { ...status, method: 'GET', roles: readers, handle: getStatus },
    { ...status, method: 'PUT', roles: writers, body: putStatusFields, handle: putStatus },
    {
      view: 'execution-data',
      rule: '/execution/<string:idx>/data/',
      method: 'GET',
      roles: readers,
      handle: getData,
    },
    {
      view: 'execution-log',
      rule: '/execution/<string:idx>/log/',
      method: 'GET',
      roles: readers,
      handle: getLog,
    },
  ];
};
