import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { GpuName } from '../market/offers.ts';
import {
  Id,
  IdParams,
  IsoDate,
  JsonObject,
  longText,
  pageOf,
  pageQuery,
  text,
  Timestamp,
  UserRef,
} from '../primitives.ts';
import { route } from '../route.ts';

export const runStates = [
  'queued',
  'starting',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'timed_out',
] as const;
export type RunState = (typeof runStates)[number];
export const RunStateName = z.enum(runStates);
export const finalStates: readonly RunState[] = ['succeeded', 'failed', 'cancelled', 'timed_out'];

export const runKinds = ['pipeline', 'model', 'command'] as const;
export const executorNames = ['local', 'machine', 'slurm', 'kubernetes'] as const;

export const Requirements = z.strictObject({
  /** Cores. */
  cpu: z.number().positive().max(1024).optional(),
  memoryBytes: z
    .number()
    .int()
    .min(16_777_216)
    .max(2 ** 46)
    .optional(),
  /** GPUs in one machine. */
  gpu: z.number().int().min(0).max(64).optional(),
  gpuName: GpuName.optional(),
  /** A machine of the project by id or label: this one and no other. */
  machine: text(100).optional(),
  /** Of a machine that is rented for it; left out: the usual one. */
  image: text(1024).optional(),
  /** Dollars, disk included: no machine that costs more is rented for it. */
  maxPricePerHourUsd: z.number().min(0.001).max(1000).optional(),
});
export type Requirements = z.infer<typeof Requirements>;

/** One system of a pipeline, one phase of a solve: what the log says of it. */
export const RunPart = z.strictObject({
  name: z.string(),
  label: z.string(),
  state: z.enum(['waiting', 'running', 'succeeded', 'failed', 'cancelled']),
  progress: z.number().min(0).max(100).nullable(),
  /** True when the figure was guessed from a message rather than reported. */
  estimated: z.boolean(),
  message: z.string().nullable(),
});
export type RunPart = z.infer<typeof RunPart>;

export const Run = z
  .strictObject({
    id: Id,
    /** Counts up; what people say ("run 128") and what compatible clients get as id. */
    number: z.number().int(),
    projectId: Id,
    kind: z.enum(runKinds),
    /** The pipeline's id, the solver app's name, the program of a command. */
    subject: z.string(),
    params: JsonObject,
    /** In lists and events: the parameters are longer than 4 KiB and left out; the run itself, read alone, has them. */
    paramsTruncated: z.literal(true).optional(),
    state: RunStateName,
    /** What a run waits for before it starts, for people; null when it does not. */
    waitingFor: z.string().nullable(),
    executor: z.enum(executorNames),
    requirements: Requirements,
    priority: z.number().int(),
    progress: z.number().min(0).max(100).nullable(),
    progressEstimated: z.boolean(),
    message: z.string().nullable(),
    parts: z.array(RunPart),
    attempt: z.number().int(),
    maxAttempts: z.number().int(),
    timeoutSeconds: z.number().int().nullable(),
    exitCode: z.number().int().nullable(),
    error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
    createdBy: UserRef.nullable(),
    scheduleId: Id.nullable(),
    rerunOf: Id.nullable(),
    logLines: z.number().int(),
    queuedAt: Timestamp,
    startedAt: Timestamp.nullable(),
    finishedAt: Timestamp.nullable(),
    cancelRequestedAt: Timestamp.nullable(),
  })
  .meta({ id: 'Run' });
export type Run = z.infer<typeof Run>;

const shared = {
  projectId: Id.optional(),
  priority: z.number().int().min(-100).max(100).default(0),
  timeoutSeconds: z.number().int().min(1).max(2_592_000).optional(),
  /** Left out: a machine for a command that names a GPU, a machine, or more memory than this host has; else this host. */
  executor: z.enum(executorNames).optional(),
  requirements: Requirements.default({}),
};

export const StartRun = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('pipeline'),
    subject: longText(64).min(1),
    params: JsonObject.default({}),
    ...shared,
  }),
  z.strictObject({
    kind: z.literal('command'),
    /** Program and arguments; no shell in between. */
    command: z.array(longText(8192)).min(1).max(256),
    environment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/), longText(32_768)).default({}),
    ...shared,
  }),
]);

export const startRun = route({
  method: 'POST',
  path: '/api/v1/runs',
  tag: 'runs',
  summary: 'Queue a run; with an Idempotency-Key, repeating it never makes two',
  access: holdersOf('runs:write'),
  idempotent: true,
  body: StartRun,
  status: 201,
  response: Run,
  errors: [
    'run.kind_unknown',
    'run.executor_unavailable',
    'run.executor_kind',
    'run.command_off',
    'run.queue_full',
    'pipeline.not_found',
    'pipeline.broken',
    'system.unknown',
    'system.mixed',
    'system.inactive',
    'system.option',
    'system.no_selection',
    'credential.missing',
    'path.invalid',
    'period.invalid',
    'period.reversed',
    'period.future',
    'project.not_found',
    'request.idempotency_mismatch',
  ],
});

export const listRuns = route({
  method: 'GET',
  path: '/api/v1/runs',
  tag: 'runs',
  summary: 'Runs, newest first',
  access: holdersOf('runs:read'),
  query: z.strictObject({
    ...pageQuery,
    projectId: Id.optional(),
    number: z.coerce
      .number()
      .int()
      .min(1)
      .max(2 ** 31)
      .optional(),
    kind: z.enum(runKinds).optional(),
    subject: longText(200).optional(),
    /** One or several, separated by commas. */
    state: z
      .string()
      .max(200)
      .transform((value) => value.split(','))
      .pipe(z.array(RunStateName))
      .optional(),
    scheduleId: Id.optional(),
    from: IsoDate.optional(),
    to: IsoDate.optional(),
  }),
  response: pageOf(Run),
});

export const getRun = route({
  method: 'GET',
  path: '/api/v1/runs/{id}',
  tag: 'runs',
  summary: 'One run',
  access: holdersOf('runs:read'),
  params: IdParams,
  response: Run,
  errors: ['run.not_found'],
});

export const cancelRun = route({
  method: 'POST',
  path: '/api/v1/runs/{id}/cancel',
  tag: 'runs',
  summary: 'Cancel a run and every process of it; once more does no harm',
  access: holdersOf('runs:write'),
  params: IdParams,
  status: 202,
  response: Run,
  errors: ['run.not_found', 'run.finished'],
});

export const rerunRun = route({
  method: 'POST',
  path: '/api/v1/runs/{id}/rerun',
  tag: 'runs',
  summary: 'Run it again, with the same or edited parameters',
  access: holdersOf('runs:write'),
  idempotent: true,
  params: IdParams,
  bodyOptional: true,
  body: z
    .strictObject({ params: JsonObject.optional(), priority: z.number().int().min(-100).max(100).optional() })
    .optional(),
  status: 201,
  response: Run,
  errors: ['run.not_found', ...(startRun.errors ?? [])],
});
