import type { ExecutionState } from '@dumont/contracts/optimization/executions';
import { demand, type Caller } from '../../../kernel/access/caller.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Database } from '../../../kernel/db/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Packed } from '../../../kernel/packed/packed.ts';
import type { Events } from '../../../kernel/events/events.ts';
import type { Random } from '../../../kernel/random.ts';
import type { App, Catalogue } from '../apps/catalogue.ts';
import { readGiven, type CheckedDocument, type Documents, type Given } from '../documents-in.ts';
import type { InstanceRow } from '../instances/instance-store.ts';
import { keyOf, type Instances, type Reference } from '../instances/instances.ts';
import { launchOf } from '../launch-caller.ts';
import { readable, writable } from '../reached.ts';
import { executionEvent } from './announce.ts';
import type { ExecutionChange, ExecutionRow, ExecutionStore } from './execution-store.ts';
import { checksColumns, noChecks } from './findings.ts';
import { configToStart } from './config.ts';
import type { LeftBehind } from './left-behind.ts';
import { inState, isOpen, stateNumber, stateWord } from './state.ts';

export interface NewExecutionRequest {
  readonly instance: Reference;
  readonly name: string;
  readonly description: string;
  /** Checked against the schema when it starts. */
  readonly config: Given;
  readonly solution?: Given | Packed | undefined;
  readonly task: 'solve' | 'check';
  readonly start: boolean;
  /** Of whom checks of a case are; their results go to it as well. */
  readonly caseId?: string | undefined;
}

/** What somebody who solved it elsewhere, or a worker, says of it. */
export type ExecutionResult = Pick<ExecutionChange, 'log_text' | 'log_json' | 'kpis' | 'solution_checks'> & {
  readonly solution?: Given | undefined;
  readonly state: ExecutionState;
  readonly message?: string | undefined;
};

/** Nothing is left of an answer that was dropped. */
const noAnswer: ExecutionChange = {
  ...noChecks,
  data_has_findings: false,
  kpis: null,
  log_json: null,
  log_text: null,
  finished_at: null,
  objective: null,
};

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const solutionColumns = ({ packed, hash, indicators }: CheckedDocument) => ({
  solution: packed,
  solution_hash: hash,
  indicators,
});

export const createExecutions = (deps: {
  db: Database;
  store: ExecutionStore;
  catalogue: Catalogue;
  documents: Documents;
  instances: Pick<Instances, 'get'>;
  leftBehind: LeftBehind;
  events: Events;
  clock: Clock;
  random: Random;
  /** Something waits for a run to be started. */
  wake: () => void;
}) => {
  const { db, store, catalogue, documents, clock } = deps;
  const missing = (): AppError => new AppError('optimization.execution_not_found');

  const readableBy = readable('optimization.execution_not_found');
  const get = readableBy(store.find);
  const getWritable = writable(get);
  /** With its documents as they are kept, to be sent on. */
  const getPacked = readableBy(store.findPacked);

  /** A program of a launch writes as long as that goes on: afterwards the execution is not there for it. */
  const guardOf = (caller: Caller) => {
    const launch = launchOf(caller);
    return launch === undefined ? {} : { launch: launch.number, settled: false };
  };

  const change = async (
    caller: Caller,
    row: ExecutionRow,
    columns: ExecutionChange,
    name = 'execution.changed',
  ): Promise<ExecutionRow> => {
    const updated = await db.transaction().execute(async (tx) => {
      const changes = { ...columns, updated_at: clock.now() };
      const changed = await store.update(tx, row.id, changes, guardOf(caller));
      if (changed !== undefined) await deps.events.publish(tx, executionEvent(name, changed));
      return changed;
    });
    if (updated === undefined) throw missing();
    return updated;
  };

  const startable = async (id: string): Promise<App> => {
    const app = await catalogue.get(id);
    if (app.folderApp === undefined) throw new AppError('optimization.not_startable', { id });
    return app;
  };

  const configOf = async (app: App, given: Given, start: boolean): Promise<string> => {
    const config = readGiven('config', given);
    if (start) await documents.readChecked(app, 'config', config);
    if (!isObject(config.value()) || config.tape.hasNonFinite)
      throw new AppError('optimization.document', {
        what: 'config',
        reason: 'it is no object of plain JSON',
      });
    return start ? configToStart(app, config) : config.text;
  };

  const endRun = async (caller: Caller, row: ExecutionRow): Promise<void> => {
    if (row.run_id !== null && !row.settled) await deps.leftBehind.endRun(caller, row.run_id);
  };

  const insert = async (
    caller: Caller,
    instance: InstanceRow,
    request: Omit<NewExecutionRequest, 'instance' | 'config' | 'solution'>,
    columns: ExecutionChange & { config: string; state: number; state_message: string },
  ): Promise<ExecutionRow> => {
    const now = clock.now();
    const id = deps.random.id();
    const inserted = await db.transaction().execute(async (tx) => {
      const row = await store.insert(tx, {
        id,
        key: keyOf(id),
        project_id: instance.project_id,
        owner_id: caller.userId,
        instance_id: instance.id,
        name: request.name,
        description: request.description,
        app: instance.app,
        checks_only: request.task === 'check',
        hidden: request.task === 'check',
        case_id: request.caseId ?? null,
        created_at: now,
        updated_at: now,
        ...columns,
      });
      await deps.events.publish(tx, executionEvent('execution.created', row));
      return row;
    });
    deps.wake();
    return inserted;
  };

  return {
    get,
    getWritable,
    getPacked,
    getLog: readableBy(store.findLog),
    create: async (caller: Caller, request: NewExecutionRequest): Promise<ExecutionRow> => {
      const instance = await deps.instances.get(caller, request.instance);
      demand(caller, 'optimization:write', { projectId: instance.project_id, ownerId: caller.userId });
      const app = request.start ? await startable(instance.app) : await catalogue.get(instance.app);
      const solution =
        request.solution === undefined
          ? undefined
          : await documents.readChecked(app, 'solution', request.solution);
      return insert(caller, instance, request, {
        config: request.task === 'check' ? '{}' : await configOf(app, request.config, request.start),
        ...(solution === undefined ? {} : solutionColumns(solution)),
        ...inState(request.start ? 'queued' : 'not_run'),
        launch: request.start ? 1 : 0,
        settled: !request.start,
      });
    },
    /** A solution that was found elsewhere. */
    load: async (
      caller: Caller,
      request: Omit<NewExecutionRequest, 'start' | 'task' | 'solution'>,
      result: Omit<ExecutionResult, 'state'>,
    ): Promise<ExecutionRow> => {
      const instance = await deps.instances.get(caller, request.instance);
      demand(caller, 'optimization:write', { projectId: instance.project_id, ownerId: caller.userId });
      const app = await catalogue.get(instance.app);
      const solution =
        result.solution === undefined
          ? undefined
          : await documents.readChecked(app, 'solution', result.solution);
      return insert(
        caller,
        instance,
        { ...request, task: 'solve', start: false },
        {
          config: await configOf(app, request.config, false),
          ...(solution === undefined ? {} : solutionColumns(solution)),
          ...checksColumns(app, result.solution_checks ?? null),
          kpis: result.kpis ?? null,
          log_json: result.log_json ?? null,
          log_text: result.log_text ?? null,
          finished_at: clock.now(),
          ...inState('loaded'),
        },
      );
    },
    /** What a worker found; its columns are taken over as they are, the solution is checked against the schema. */
    save: async (caller: Caller, reference: Reference, result: ExecutionResult): Promise<ExecutionRow> => {
      const row = await getWritable(caller, reference);
      const { solution: given, state, message, ...columns } = result;
      const app = await catalogue.get(row.app);
      const solution = given === undefined ? undefined : await documents.readChecked(app, 'solution', given);
      const isProgram = launchOf(caller) !== undefined;
      // What a program writes counts once it has ended: it may write again, and more beside.
      const ends = !isProgram && !isOpen(stateNumber[state]);
      // It may well write what it had when it was told to end.
      const staysStopped = isProgram && row.state === stateNumber.stopped;
      return change(
        caller,
        row,
        {
          ...columns,
          ...(columns.solution_checks === undefined ? {} : checksColumns(app, columns.solution_checks)),
          ...(solution === undefined ? {} : solutionColumns(solution)),
          ...(staysStopped ? {} : inState(state, message)),
          // It is answered: what its run leaves when it ends is no answer any more.
          ...(ends ? { settled: true, finished_at: clock.now() } : {}),
        },
        ends ? 'execution.finished' : 'execution.changed',
      );
    },
    update: async (
      caller: Caller,
      reference: Reference,
      edit: {
        name?: string | undefined;
        description?: string | undefined;
        solution?: Given | undefined;
        /** Another one of the same app, that the caller may read. */
        instance?: Pick<InstanceRow, 'id'> | undefined;
      },
    ): Promise<ExecutionRow> => {
      const row = await getWritable(caller, reference);
      const solution =
        edit.solution === undefined
          ? undefined
          : await documents.readChecked(await catalogue.get(row.app), 'solution', edit.solution);
      return change(caller, row, {
        ...(edit.name === undefined ? {} : { name: edit.name }),
        ...(edit.description === undefined ? {} : { description: edit.description }),
        ...(edit.instance === undefined ? {} : { instance_id: edit.instance.id }),
        ...(solution === undefined
          ? {}
          : {
              ...solutionColumns(solution),
              ...noChecks,
              kpis: null,
              // Files were made of the solution before.
              ...(row.files_status === 1 ? { files_status: -3 } : {}),
            }),
      });
    },
    setState: async (caller: Caller, reference: Reference, state: ExecutionState): Promise<ExecutionRow> => {
      const row = await getWritable(caller, reference);
      return change(caller, row, inState(state));
    },
    setFiles: async (caller: Caller, reference: Reference, status: number): Promise<ExecutionRow> =>
      change(caller, await getWritable(caller, reference), { files_status: status }),
    /** Checks the solution that it has, under the same id. */
    check: async (caller: Caller, reference: Reference, start = true): Promise<ExecutionRow> => {
      const row = await getWritable(caller, reference);
      if (isOpen(row.state)) throw new AppError('optimization.still_running');
      if (!start) return change(caller, row, inState('not_run'));
      await startable(row.app);
      await endRun(caller, row);
      const updated = await change(caller, row, {
        ...inState('queued'),
        checks_only: true,
        launch: row.launch + 1,
        run_id: null,
        settled: false,
      });
      deps.wake();
      return updated;
    },
    relaunch: async (
      caller: Caller,
      reference: Reference,
      edit: { config?: Given | undefined; start: boolean },
    ): Promise<ExecutionRow> => {
      const row = await getWritable(caller, reference);
      if (isOpen(row.state)) throw new AppError('optimization.still_running');
      const app = edit.start ? await startable(row.app) : await catalogue.get(row.app);
      const config = await configOf(app, edit.config ?? row.config, edit.start);
      // A program that has answered may not have ended yet.
      await endRun(caller, row);
      const updated = await change(caller, row, {
        ...noAnswer,
        config,
        ...inState(edit.start ? 'queued' : 'not_run'),
        checks_only: false,
        ...(edit.start ? { launch: row.launch + 1, run_id: null, settled: false } : {}),
        ...(row.files_status === 1 ? { files_status: -3 } : {}),
      });
      deps.wake();
      return updated;
    },
    /** Resolves when the end was asked for: a solver that has a solution by then answers it. */
    stop: async (caller: Caller, reference: Reference): Promise<ExecutionRow> => {
      const row = await getWritable(caller, reference);
      if (!isOpen(row.state)) throw new AppError('optimization.not_running', { state: stateWord(row.state) });
      await endRun(caller, row);
      // The launch that has no run yet is not this one any more: whoever is about to start it gives it up.
      const unstarted = row.run_id === null ? { settled: true, launch: row.launch + 1 } : {};
      return change(caller, row, { ...inState('stopped'), ...unstarted }, 'execution.stopped');
    },
    delete: async (caller: Caller, reference: Reference): Promise<void> => {
      const row = await getWritable(caller, reference);
      await endRun(caller, row);
      await store.delete(db, row.id);
      if (row.files_status !== 0) await deps.leftBehind.forgetFiles([row.id]);
    },
  };
};
export type Executions = ReturnType<typeof createExecutions>;
