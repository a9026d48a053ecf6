import { Readable } from 'node:stream';
import { z } from 'zod';
import { projectFor, demand, scopeOf, type Caller } from '../../kernel/access/caller.ts';
import type { Blobs } from '../../kernel/blobs/blobs.ts';
import type { Clock } from '../../kernel/clock.ts';
import { decodeCursor, encodeCursor } from '../../kernel/db/cursor.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { Reply, type Handlers } from '../../kernel/http/handlers.ts';
import type { Random } from '../../kernel/random.ts';
import { listArtifacts } from './artifact-store.ts';
import { openArtifact } from './artifacts.ts';
import { nextFire, nextFires } from '../../kernel/cron.ts';
import type { LogFilter, LogStore } from './log-store.ts';
import type { RunRequests } from './requests.ts';
import { toWire } from './run.ts';
import type { RunKind } from './run-kind.ts';
import type { RunReader, RunRow, ShownRun } from './run-store.ts';
import { scheduleToWire, type ScheduleRow, type ScheduleStore } from './schedule-store.ts';
import { readStats } from './stats-store.ts';

export type RunOperation =
  | 'startRun'
  | 'listRuns'
  | 'getRun'
  | 'cancelRun'
  | 'rerunRun'
  | 'listRunLogs'
  | 'downloadRunLog'
  | 'listArtifacts'
  | 'downloadArtifact'
  | 'listSchedules'
  | 'createSchedule'
  | 'updateSchedule'
  | 'deleteSchedule'
  | 'previewSchedule'
  | 'getStats';

export interface HandlerDeps {
  readonly db: Database;
  readonly reader: RunReader;
  readonly logs: LogStore;
  readonly schedules: ScheduleStore;
  readonly requests: RunRequests;
  readonly kinds: ReadonlyMap<string, RunKind>;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly random: Random;
  readonly namesOf: (userIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

const NumberCursor = z.strictObject({ n: z.number().int() });
const NameCursor = z.strictObject({ name: z.string(), id: z.uuid() });
const pageOfLines = 5000;

const startOfDay = (date: string | undefined, plusDays = 0): Date | undefined =>
  date === undefined ? undefined : new Date(Date.parse(`${date}T00:00:00Z`) + plusDays * 86_400_000);

export const createRunHandlers = (deps: HandlerDeps): Handlers<RunOperation> => {
  const named = async (rows: readonly ShownRun[]) => {
    const names = await deps.namesOf(rows.flatMap((row) => row.created_by ?? []));
    return rows.map((row) => toWire(row, names));
  };
  const one = async (row: RunRow) => {
    const [run] = await named([row]);
    if (run === undefined) throw new AppError('run.not_found');
    return run;
  };
  const oneSchedule = async (row: ScheduleRow) =>
    scheduleToWire(row, await deps.namesOf(row.created_by === null ? [] : [row.created_by]));

  const getSchedule = async (caller: Caller, id: string): Promise<ScheduleRow> => {
    const row = await deps.schedules.find(scopeOf(caller, 'schedules:read'), id);
    if (row === undefined) throw new AppError('schedule.not_found');
    return row;
  };

  /** Lines of the whole log, page by page, so that memory does not grow with its length. */
  const textOf = async function* (runId: string, filter: LogFilter): AsyncGenerator<string> {
    for (let after = 0; ;) {
      const { lines, scannedTo } = await deps.logs.read(runId, { after, limit: pageOfLines }, filter);
      if (lines.length > 0) {
        yield lines
          .map(
            (line) =>
              `${line.ts} [${line.level}]${line.system === null ? '' : ` [${line.system}]`} ${line.message}\n`,
          )
          .join('');
      }
      if (scannedTo <= after) return;
      after = scannedTo;
    }
  };

  return {
    startRun: async ({ body, caller, context }) => {
      const { kind, projectId, priority, timeoutSeconds, executor, requirements } = body;
      const subject = body.kind === 'pipeline' ? body.subject : (body.command[0] ?? '');
      const params =
        body.kind === 'pipeline' ? body.params : { command: body.command, environment: body.environment };
      return one(
        await deps.requests.start(caller, {
          kind,
          subject,
          params,
          projectId,
          priority,
          timeoutSeconds,
          executor,
          requirements,
          idempotencyKey: context.idempotencyKey,
        }),
      );
    },
    listRuns: async ({ query, caller }) => {
      const before = query.cursor === undefined ? undefined : decodeCursor(query.cursor, NumberCursor).n;
      const rows = await deps.reader.listRuns(
        scopeOf(caller, 'runs:read'),
        {
          projectId: query.projectId,
          number: query.number,
          kind: query.kind,
          subject: query.subject,
          states: query.state,
          scheduleId: query.scheduleId,
          from: startOfDay(query.from),
          to: startOfDay(query.to, 1),
        },
        before,
        query.limit + 1,
      );
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: await named(page),
        nextCursor: rows.length > query.limit && last !== undefined ? encodeCursor({ n: last.number }) : null,
      };
    },
    getRun: async ({ params, caller }) => one(await deps.requests.getVisible(caller, params.id)),
    cancelRun: async ({ params, caller }) => one(await deps.requests.cancel(caller, params.id)),
    rerunRun: async ({ params, body, caller, context }) =>
      one(
        await deps.requests.rerun(caller, params.id, {
          params: body?.params,
          priority: body?.priority,
          idempotencyKey: context.idempotencyKey,
        }),
      ),

    listRunLogs: async ({ params, query, caller }) => {
      const run = await deps.requests.getVisible(caller, params.id);
      const { lines, scannedTo } = await deps.logs.read(run.id, query, query);
      return {
        lines,
        scannedTo,
        lastSeq: Math.max(run.log_lines, lines.at(-1)?.seq ?? 0),
        systems: run.log_systems,
      };
    },
    downloadRunLog: async ({ params, query, caller }) => {
      const run = await deps.requests.getVisible(caller, params.id);
      return new Reply({
        stream: {
          content: Readable.from(textOf(run.id, query)),
          mediaType: 'text/plain; charset=utf-8',
          fileName: `run-${run.number}.txt`,
        },
      });
    },
    listArtifacts: async ({ params, caller }) => {
      const run = await deps.requests.getVisible(caller, params.id);
      return { items: await listArtifacts(deps.db, run.id) };
    },
    downloadArtifact: async ({ params, caller }) => {
      const run = await deps.requests.getVisible(caller, params.id);
      const blob = await openArtifact(run.id, params.name, deps);
      if (blob === undefined) throw new AppError('artifact.not_found');
      return new Reply({
        stream: {
          content: blob.content,
          mediaType: 'application/octet-stream',
          sizeBytes: blob.sizeBytes,
          fileName: params.name.split('/').at(-1) ?? 'file',
        },
      });
    },

    listSchedules: async ({ query, caller }) => {
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, NameCursor);
      const rows = await deps.schedules.list(
        scopeOf(caller, 'schedules:read'),
        query,
        after,
        query.limit + 1,
      );
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      const names = await deps.namesOf(page.flatMap((row) => row.created_by ?? []));
      return {
        items: page.map((row) => scheduleToWire(row, names)),
        nextCursor:
          rows.length > query.limit && last !== undefined
            ? encodeCursor({ name: last.name, id: last.id })
            : null,
      };
    },
    createSchedule: async ({ body, caller }) => {
      const projectId = projectFor(caller, 'schedules:write', body.projectId);
      const now = deps.clock.now();
      const fire = nextFire(body, now);
      const kind = deps.kinds.get(body.kind);
      if (kind === undefined) throw new AppError('run.kind_unknown', { kind: body.kind });
      // Refused now rather than at three in the morning.
      const plan = await kind.plan({ projectId, subject: body.subject, params: body.params, caller });
      return oneSchedule(
        await deps.schedules.insert({
          id: deps.random.id(),
          project_id: projectId,
          name: body.name,
          kind: body.kind,
          subject: plan.subject,
          // As given: D-1 means the day before each fire, not before today.
          params: body.params,
          cron: body.cron,
          time_zone: body.timeZone,
          business_days_only: body.businessDaysOnly,
          enabled: body.enabled,
          next_fire_at: fire ?? null,
          created_by: caller.userId,
          created_at: now,
        }),
      );
    },
    updateSchedule: async ({ params, body, caller }) => {
      const row = await getSchedule(caller, params.id);
      demand(caller, 'schedules:write', { projectId: row.project_id, ownerId: row.created_by });
      const timing = {
        cron: body.cron ?? row.cron,
        timeZone: body.timeZone ?? row.time_zone,
        businessDaysOnly: body.businessDaysOnly ?? row.business_days_only,
      };
      const isResumed = body.enabled === true && !row.enabled;
      const isRetimed =
        isResumed ||
        timing.cron !== row.cron ||
        timing.timeZone !== row.time_zone ||
        timing.businessDaysOnly !== row.business_days_only;
      const fire = nextFire(timing, deps.clock.now());
      if (body.params !== undefined) {
        await deps.kinds
          .get(row.kind)
          ?.plan({ projectId: row.project_id, subject: row.subject, params: body.params, caller });
      }
      const updated = await deps.schedules.update(row.id, {
        ...(body.name === undefined ? {} : { name: body.name }),
        ...(body.params === undefined ? {} : { params: JSON.stringify(body.params) }),
        ...(body.enabled === undefined ? {} : { enabled: body.enabled }),
        cron: timing.cron,
        time_zone: timing.timeZone,
        business_days_only: timing.businessDaysOnly,
        // A new name does not put off a fire that is due.
        ...(isRetimed ? { next_fire_at: fire ?? null } : {}),
      });
      if (updated === undefined) throw new AppError('schedule.not_found');
      return oneSchedule(updated);
    },
    deleteSchedule: async ({ params, caller }) => {
      const row = await getSchedule(caller, params.id);
      demand(caller, 'schedules:write', { projectId: row.project_id, ownerId: row.created_by });
      await deps.schedules.delete(row.id);
    },
    previewSchedule: async ({ body }) => ({
      fires: nextFires(body, deps.clock.now(), 5).map((fire) => fire.toISOString()),
    }),

    getStats: async ({ query, caller }) => {
      try {
        new Intl.DateTimeFormat('en', { timeZone: query.timeZone });
      } catch (cause) {
        throw new AppError('schedule.time_zone', { timeZone: query.timeZone }, { cause });
      }
      return readStats(deps.db, scopeOf(caller, 'runs:read'), {
        projectId: query.projectId,
        timeZone: query.timeZone,
        now: deps.clock.now(),
      });
    },
  };
};
