import { isStateNumber, stateNumber, stateWord } from '../../optimization/index.ts';
import { DoorError, type DoorRequest, type DoorRoute } from '../door.ts';
import { document as json, integer, kind, nullable, optional, readBody, required, text } from '../fields.ts';
import { created, ok, orMissing, said, updated } from './answers.ts';
import { appNamed, demandApp } from './apps.ts';
import type { ObjectDeps } from './deps.ts';
import { configOf, executionForm } from './forms/execution-form.ts';
import { readMakers } from './forms/makers.ts';
import { keptLog } from './forms/solver-log.ts';
import { raw } from './json-text.ts';
import { findOwnInstance } from './launch-routes.ts';
import { caseIn, executionIn, instanceIn } from './references.ts';
import { workers, writers } from './roles.ts';
import { description, title } from './titles.ts';

const detail = { view: 'dag', rule: '/dag/<string:idx>/' } as const;

/** Programs write what they like; their log must not cost the solution that comes with it. */
const logText = kind('string', (value, given) =>
  text(typeof value === 'string' ? value.replaceAll('\0', '\uFFFD').toWellFormed() : value, given),
);

const resultFields = {
  data: nullable(json),
  checks: nullable(json),
  kpis: nullable(json),
  log_text: optional(logText),
  log_json: optional(json),
  state: optional(integer),
  solution_schema: nullable(text),
};

const loadExecutionFields = {
  ...resultFields,
  name: required(title),
  instance_id: required(text),
  config: required(json),
  schema: optional(text),
  description: optional(description),
};

const putInstanceChecksFields = { checks: nullable(json) };

const putCaseChecksFields = {
  checks: nullable(json),
  solution_checks: nullable(json),
  kpis: nullable(json),
};

/** What workers ask and answer: they take an execution's data, and write what they found. */
export const createWorkerRoutes = (deps: ObjectDeps): readonly DoorRoute[] => {
  const { executions, instances, cases } = deps.optimization;

  const getTask = async (request: DoorRequest) => {
    const { caller } = request.user;
    const find = async () => executions.getPacked(caller, executionIn(request));
    const row = await orMissing(find(), 'The execution does not exist.');
    const instance = await orMissing(
      instances.getPacked(caller, { id: row.instance_id }),
      'The instance does not exist.',
    );
    return ok({
      id: instance.key,
      data: raw(instance.data),
      solution_data: raw(row.solution),
      config: configOf(row),
    });
  };

  const putResult = async (request: DoorRequest) => {
    const {
      data,
      checks,
      kpis,
      log_text,
      log_json,
      state = stateNumber.solved,
    } = readBody(request.document, resultFields);
    if (!isStateNumber(state)) throw new DoorError(400, `there is no state ${state}`);
    const hasSolution = data !== undefined && data !== null;
    await executions.save(request.user.caller, executionIn(request), {
      state: stateWord(state),
      ...(hasSolution ? { solution: data, solution_checks: null, kpis: null } : {}),
      ...(checks === undefined ? {} : { solution_checks: checks?.text ?? null }),
      ...(kpis === undefined ? {} : { kpis: kpis?.text ?? null }),
      ...(log_text === undefined ? {} : { log_text }),
      ...(log_json === undefined ? {} : { log_json: keptLog(log_json) }),
    });
    return said('results successfully saved');
  };

  const loadExecution = async ({ user, document }: DoorRequest) => {
    const body = readBody(document, loadExecutionFields);
    const instance = await findOwnInstance(deps, user, body.instance_id);
    if (body.schema !== undefined && appNamed(body.schema) !== instance.app)
      throw new DoorError(400, 'Instance and execution schema mismatch');
    await demandApp(deps, user, instance.app);
    const row = await executions.load(
      user.caller,
      {
        instance: { id: instance.id },
        name: body.name,
        description: body.description ?? '',
        config: body.config,
      },
      {
        solution: body.data ?? undefined,
        solution_checks: body.checks?.text ?? null,
        kpis: body.kpis?.text ?? null,
        log_text: body.log_text ?? null,
        log_json: body.log_json === undefined ? null : keptLog(body.log_json),
      },
    );
    return created(executionForm(row, await readMakers(deps, [row])));
  };

  const putInstanceChecks = async (request: DoorRequest) => {
    const { checks } = readBody(request.document, putInstanceChecksFields);
    await instances.setChecks(request.user.caller, instanceIn(request), checks?.text ?? null);
    return updated;
  };

  const putCaseChecks = async (request: DoorRequest) => {
    const body = readBody(request.document, putCaseChecksFields);
    await cases.setChecks(request.user.caller, caseIn(request), {
      ...(body.checks === undefined ? {} : { checks: body.checks?.text ?? null }),
      ...(body.solution_checks === undefined ? {} : { solution_checks: body.solution_checks?.text ?? null }),
      ...(body.kpis === undefined ? {} : { kpis: body.kpis?.text ?? null }),
    });
    return updated;
  };

  const put = { method: 'PUT', roles: workers } as const;
  return [
    { ...detail, method: 'GET', roles: workers, handle: getTask },
    { ...detail, ...put, body: resultFields, handle: putResult },
    {
      view: 'dag-manual',
      rule: '/dag/',
      method: 'POST',
      roles: writers,
      body: loadExecutionFields,
      handle: loadExecution,
    },
    {
      ...put,
      view: 'dag-instance',
      rule: '/dag/instance/<string:idx>/',
      body: putInstanceChecksFields,
      handle: putInstanceChecks,
    },
    {
      ...put,
      view: 'dag-case',
      rule: '/dag/case/<int:idx>/',
      body: putCaseChecksFields,
      handle: putCaseChecks,
    },
  ];
};
