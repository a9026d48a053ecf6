import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { Id, IdParams, longText, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';

export const logLevels = ['DEBUG', 'INFO', 'SUCCESS', 'WARN', 'ERROR'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Of a line within its run: what the database's integer holds. */
export const maxSeq = 2 ** 31 - 1;

export const LogLine = z
  .strictObject({
    /** Counts up from 1 within the run, over all its attempts. */
    seq: z.number().int(),
    ts: Timestamp,
    level: z.enum(logLevels),
    /** The label in the line's second bracket, if it had one. */
    system: z.string().nullable(),
    source: z.enum(['stdout', 'stderr', 'dumont']),
    message: z.string(),
  })
  .meta({ id: 'LogLine' });
export type LogLine = z.infer<typeof LogLine>;

const filter = {
  /** The lowest level wanted. */
  level: z.enum(logLevels).optional(),
  system: longText(100).optional(),
  search: longText(200).optional(),
};

export const listRunLogs = route({
  method: 'GET',
  path: '/api/v1/runs/{id}/logs',
  tag: 'runs',
  summary: 'Log lines by sequence number: `after` reads on, `before` reads back, neither gives the end',
  access: holdersOf('runs:read'),
  params: IdParams,
  query: z.strictObject({
    after: z.coerce.number().int().min(0).max(maxSeq).optional(),
    before: z.coerce.number().int().min(1).max(maxSeq).optional(),
    limit: z.coerce.number().int().min(1).max(5000).default(500),
    ...filter,
  }),
  response: z.strictObject({
    lines: z.array(LogLine),
    /** The run's last line so far, whatever the filter. */
    lastSeq: z.number().int(),
    systems: z.array(z.string()),
    /** A filtered page looks at a bounded number of lines; read on from here when it came out short. */
    scannedTo: z.number().int(),
  }),
  errors: ['run.not_found'],
});

export const downloadRunLog = route({
  method: 'GET',
  path: '/api/v1/runs/{id}/log.txt',
  tag: 'runs',
  summary: 'The whole log as text',
  access: holdersOf('runs:read'),
  params: IdParams,
  query: z.strictObject(filter),
  produces: 'text/plain',
  errors: ['run.not_found'],
});

export const Artifact = z
  .strictObject({ name: z.string(), sizeBytes: z.number().int(), sha256: z.string(), createdAt: Timestamp })
  .meta({ id: 'Artifact' });
export type Artifact = z.infer<typeof Artifact>;

export const listArtifacts = route({
  method: 'GET',
  path: '/api/v1/runs/{id}/artifacts',
  tag: 'runs',
  summary: 'Files that the run left in its output folder',
  access: holdersOf('runs:read'),
  params: IdParams,
  response: z.strictObject({ items: z.array(Artifact) }),
  errors: ['run.not_found'],
});

export const downloadArtifact = route({
  method: 'GET',
  path: '/api/v1/runs/{id}/artifacts/{name}',
  tag: 'runs',
  summary: 'One file of a run; a folder separator in the name is written %2F',
  access: holdersOf('runs:read'),
  params: z.strictObject({ id: Id, name: longText(1024).min(1) }),
  produces: 'application/octet-stream',
  errors: ['run.not_found', 'artifact.not_found'],
});
