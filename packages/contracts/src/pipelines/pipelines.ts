import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { Id, longText, Slug, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';

const localized = z.strictObject({ en: z.string(), 'pt-BR': z.string() });

export const System = z
  .strictObject({
    id: z.string(),
    pipelineId: z.string(),
    label: z.string(),
    name: localized,
    description: localized,
    icon: z.string(),
    order: z.number().int(),
    active: z.boolean(),
    options: z.array(
      z.strictObject({
        name: z.string(),
        type: z.enum(['boolean', 'text', 'choice']),
        choices: z.array(z.string()).optional(),
        value: z.union([z.boolean(), z.string()]),
        default: z.union([z.boolean(), z.string()]),
        description: localized,
      }),
    ),
    credentials: z.array(z.strictObject({ key: z.string(), saved: z.boolean() })),
    paths: z.array(z.strictObject({ name: z.string(), saved: z.boolean() })),
    knownFunds: z.boolean(),
    /** What stands in the way of a run right now, for people; empty when nothing does. */
    problems: z.array(z.string()),
    lastRun: z
      .strictObject({
        runId: Id,
        number: z.number().int(),
        state: z.enum(['waiting', 'running', 'succeeded', 'failed', 'cancelled']),
        progress: z.number().nullable(),
        estimated: z.boolean(),
        message: z.string().nullable(),
        at: Timestamp,
      })
      .nullable(),
  })
  .meta({ id: 'System' });
export type System = z.infer<typeof System>;

export const Pipeline = z
  .strictObject({
    id: z.string(),
    name: localized,
    description: localized,
    database: z.literal('funds').nullable(),
    timeoutSeconds: z.number().int(),
    concurrency: z.number().int(),
    maxAttempts: z.number().int(),
    parameters: z.array(z.strictObject({ name: z.string(), type: z.literal('date'), default: z.string() })),
    systems: z.array(System),
  })
  .meta({ id: 'Pipeline' });
export type Pipeline = z.infer<typeof Pipeline>;

const project = z.strictObject({ projectId: Id.optional() });
const SystemParams = z.strictObject({ id: longText(64).min(1) });

export const listPipelines = route({
  method: 'GET',
  path: '/api/v1/pipelines',
  tag: 'pipelines',
  summary: 'Pipelines with their systems, and the manifests that could not be read',
  access: holdersOf('pipelines:read'),
  query: project,
  response: z.strictObject({
    items: z.array(Pipeline),
    broken: z.array(z.strictObject({ folder: z.string(), path: z.string(), reason: z.string() })),
    /** The last business day before today: the default of a period. */
    previousBusinessDay: z.iso.date(),
  }),
});

export const updateSystem = route({
  method: 'PATCH',
  path: '/api/v1/systems/{id}',
  tag: 'pipelines',
  summary: 'Switch a system on or off, or set its options',
  access: holdersOf('pipelines:write'),
  params: SystemParams,
  query: project,
  body: z.strictObject({
    active: z.boolean().optional(),
    options: z.record(Slug, z.union([z.boolean(), longText(1000)])).optional(),
  }),
  response: System,
  errors: ['system.not_found', 'system.option'],
});

export const reloadPipelines = route({
  method: 'POST',
  path: '/api/v1/pipelines/reload',
  tag: 'pipelines',
  summary: 'Read the manifests again',
  access: holdersOf('pipelines:write'),
  response: z.strictObject({ loaded: z.number().int(), broken: z.number().int() }),
});
