import { z } from 'zod';
import { holdersOf } from '../access.ts';
import {
  flag,
  Id,
  IdParams,
  JsonObject,
  longText,
  pageOf,
  pageQuery,
  text,
  Timestamp,
  UserRef,
} from '../primitives.ts';
import { route } from '../route.ts';

export const Schedule = z
  .strictObject({
    id: Id,
    projectId: Id,
    name: z.string(),
    kind: z.literal('pipeline'),
    subject: z.string(),
    params: JsonObject,
    cron: z.string(),
    timeZone: z.string(),
    businessDaysOnly: z.boolean(),
    enabled: z.boolean(),
    nextFireAt: Timestamp.nullable(),
    lastFireAt: Timestamp.nullable(),
    lastRunId: Id.nullable(),
    /** Why the last fire made no run, e.g. a credential that is gone; null when it did. */
    lastError: z.string().nullable(),
    createdBy: UserRef.nullable(),
  })
  .meta({ id: 'Schedule' });
export type Schedule = z.infer<typeof Schedule>;

const fields = {
  name: text(100),
  params: JsonObject,
  /** Five fields, or six with seconds. */
  cron: longText(100).min(1),
  timeZone: longText(64).min(1),
  /** Brazilian bank holidays and weekends are skipped. */
  businessDaysOnly: z.boolean(),
  enabled: z.boolean(),
};

export const listSchedules = route({
  method: 'GET',
  path: '/api/v1/schedules',
  tag: 'schedules',
  summary: 'Schedules, by name',
  access: holdersOf('schedules:read'),
  query: z.strictObject({ ...pageQuery, projectId: Id.optional(), enabled: flag.optional() }),
  response: pageOf(Schedule),
});

export const createSchedule = route({
  method: 'POST',
  path: '/api/v1/schedules',
  tag: 'schedules',
  summary: 'Run a pipeline at set times; fires missed while the server was down become one run',
  access: holdersOf('schedules:write'),
  body: z.strictObject({
    projectId: Id.optional(),
    kind: z.literal('pipeline').default('pipeline'),
    subject: longText(64).min(1),
    ...fields,
    params: JsonObject.default({}),
    timeZone: fields.timeZone.default('America/Sao_Paulo'),
    businessDaysOnly: fields.businessDaysOnly.default(false),
    enabled: fields.enabled.default(true),
  }),
  status: 201,
  response: Schedule,
  errors: [
    'schedule.cron',
    'schedule.time_zone',
    'pipeline.not_found',
    'system.unknown',
    'project.not_found',
  ],
});

export const updateSchedule = route({
  method: 'PATCH',
  path: '/api/v1/schedules/{id}',
  tag: 'schedules',
  summary: 'Change, pause or resume a schedule',
  access: holdersOf('schedules:write'),
  params: IdParams,
  body: z.strictObject(fields).partial(),
  response: Schedule,
  errors: ['schedule.not_found', 'schedule.cron', 'schedule.time_zone', 'system.unknown'],
});

export const deleteSchedule = route({
  method: 'DELETE',
  path: '/api/v1/schedules/{id}',
  tag: 'schedules',
  summary: 'Delete a schedule; its runs stay',
  access: holdersOf('schedules:write'),
  params: IdParams,
  status: 204,
  errors: ['schedule.not_found'],
});

export const previewSchedule = route({
  method: 'POST',
  path: '/api/v1/schedules/preview',
  tag: 'schedules',
  summary: 'The next fires of a cron expression, before saving it',
  access: holdersOf('schedules:read'),
  body: z.strictObject({
    cron: fields.cron,
    timeZone: fields.timeZone,
    businessDaysOnly: fields.businessDaysOnly.default(false),
  }),
  response: z.strictObject({ fires: z.array(Timestamp) }),
  errors: ['schedule.cron', 'schedule.time_zone'],
});
